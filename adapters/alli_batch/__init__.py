"""Many rows through an app, on many machines.

    from alli_batch.ray import AlliMap      # a stage for Ray Data: ray.data.Dataset.map_batches(AlliMap, ...)

Needs the extra: pip install 'alli-sdk[ray]'. On one machine, `client.apps.map` and `alli map` need nothing further.
"""

__all__: list[str] = []
