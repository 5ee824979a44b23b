"""Tests as somebody may write them: wrong ones, each with what must be said of it, and right ones that look like these."""

from __future__ import annotations

HEAD = '''
import urllib.request
import pytest
from alli import AlliError
from alli_emulator import AppFailure, Reply, Citation


def say(client, app, **more):
    """A program that handles errors, as good programs do."""
    try:
        return client.apps.run(app.id, message="hi", **more).text
    except AlliError:
        return "sorry"


def get(alli, path, method="GET"):
    request = urllib.request.Request(alli.base_url + path, headers={"API-KEY": alli.api_key}, method=method)
    try:
        return urllib.request.urlopen(request, timeout=20).status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code

'''

WRONG = {
    "an_assert_in_an_app": (
        """
    @alli.app(type="campaign")
    def greeter(run):
        assert run.user_id == "emp-7", "no user came"

    assert say(alli_client, greeter) == "sorry"
""",
        ["app 'greeter' raised AssertionError: no user came", "test_theirs.py:", "in greeter"],
    ),
    "an_error_in_a_streaming_app": (
        """
    @alli.app(type="campaign")
    def greeter(run):
        yield "a"
        [][0]

    with pytest.raises(AlliError):
        with alli_client.apps.stream(greeter.id, message="hi") as stream:
            list(stream)
""",
        ["app 'greeter' raised IndexError: list index out of range", "in greeter"],
    ),
    "an_error_in_an_async_app": (
        """
    @alli.app
    async def greeter(run):
        raise LookupError("no such key")

    say(alli_client, greeter)
""",
        ["app 'greeter' raised LookupError: no such key", "in greeter"],
    ),
    "pytest_fail_in_an_app": (
        """
    @alli.app
    def greeter(run):
        pytest.fail("never to be called")

    assert say(alli_client, greeter) == "sorry"
""",
        ["app 'greeter' raised Failed: never to be called"],
    ),
    "an_app_that_answers_a_number": (
        """
    @alli.app
    def greeter(run):
        return 42

    say(alli_client, greeter)
""",
        ["app 'greeter' raised TypeError: app 'greeter' answered int"],
    ),
    "an_error_in_an_app_of_a_conversation": (
        """
    @alli.app(type="campaign")
    def greeter(run):
        raise KeyError("memory")

    with pytest.raises(AlliError):
        alli_client.apps.run_conversation(greeter.id, "hi")
""",
        ["app 'greeter' raised KeyError: 'memory'"],
    ),
    "a_fault_that_never_fired": (
        """
    alli.fault(path_contains="/run_conversation", status=500)
    get(alli, "/webapi/v2/apps")
""",
        ["faults met no request:", "fault(path_contains='/run_conversation', status=500)"],
    ),
    "a_fault_of_an_app_that_was_not_run": (
        """
    quiet = alli.app(name="Quiet")(lambda run: "")
    alli.fault(app=quiet, status=500, times=None)
""",
        ["fault(app='Quiet', times=None, status=500)"],
    ),
    "an_answer_that_breaks_the_document": (
        """
    alli.app(name="Odd", user_permission={"ownUserIds": "everybody"})(lambda run: "")
    assert get(alli, "/webapi/v2/apps") == 500
""",
        ["answers broke the API's document:", "list_apps, status 200: answer.apps."],
    ),
    "a_path_that_is_not_documented": (
        """
    assert get(alli, "/webapi/v2/appz") == 404
""",
        ["not documented or not served", "GET /webapi/v2/appz -> 404"],
    ),
    "a_method_that_is_not_documented": (
        """
    assert get(alli, "/webapi/v2/apps", "DELETE") == 405
""",
        ["DELETE /webapi/v2/apps -> 405"],
    ),
    "an_answer_by_hand_that_breaks_the_document": (
        """
    alli.answer("GET", "/webapi/v2/apps", json=lambda request: {"apps": "none"})
    assert get(alli, "/webapi/v2/apps") == 500
""",
        ["list_apps, status 200: answer.apps must be array"],
    ),
    "an_error_in_an_answer_by_hand": (
        """
    alli.answer("GET", "/webapi/v2/apps", json=lambda request: request.nothing)
    assert get(alli, "/webapi/v2/apps") == 500
""",
        ["the answer for GET /webapi/v2/apps raised AttributeError", "in <lambda>"],
    ),
    "an_error_after_the_program_has_given_up": (
        """
    import threading

    let_go = threading.Event()

    @alli.app(type="campaign")
    def greeter(run):
        yield "a"
        let_go.wait(20)
        raise LookupError("too late")

    with alli_client.apps.stream(greeter.id, message="hi") as stream:
        assert next(iter(stream.text_stream)) == "a"
    alli.requests[0].wait()
    let_go.set()
""",
        ["app 'greeter' raised LookupError: too late"],
    ),
    "two_things_at_once": (
        """
    alli.fault(path_contains="/skill", status=500)
    get(alli, "/nowhere")
""",
        ["faults met no request:", "GET /nowhere -> 404"],
    ),
    "a_misspelt_path_of_a_fault": (
        """
    alli.fault(path_contains="/runb", status=500)
""",
        ["no request can have '/runb' in its path (did you mean 'run'?)"],
    ),
    "a_fault_of_an_unknown_app": (
        """
    alli.fault(app="Sumary", status=500)
""",
        ["no app has the id or name 'Sumary' (did you mean 'Summary'?)"],
    ),
    "a_fault_of_another_method": (
        """
    alli.fault(method="TRACE", path_contains="/run", status=500)
""",
        ["fault.method: no path has the method TRACE"],
    ),
    "a_fault_of_a_method_that_the_path_has_not": (
        """
    alli.fault(method="PATCH", path_contains="/run", status=500)
""",
        ["no PATCH request can have '/run' in its path"],
    ),
    "a_function_without_a_parameter": (
        """
    @alli.app
    def greeter():
        return "hi"
""",
        ["app 'greeter': the function must take one argument, the AppRun: def greeter(run)"],
    ),
    "an_unknown_type": (
        """
    @alli.app(type="campain")
    def greeter(run):
        return "hi"
""",
        ["unknown type 'campain' (did you mean 'campaign'?)"],
    ),
    "inputs_that_are_tuples": (
        """
    @alli.app(inputs=[("text", "Text")])
    def greeter(run):
        return "hi"
""",
        ["inputs[0] must be the name of a variable or an AppInput(variable, label), not tuple"],
    ),
    "inputs_that_are_one_text": (
        """
    @alli.app(inputs="text")
    def greeter(run):
        return "hi"
""",
        ["inputs must be a list"],
    ),
    "the_package_that_the_fixture_hides": (
        """
    with pytest.raises(alli.RateLimitError):
        pass
""",
        ["from alli import RateLimitError", "alli_server"],
    ),
}

RIGHT = {
    "an_app_that_may_fail": """
    @alli.app(may_fail=True)
    def greeter(run):
        raise KeyError("memory")

    assert say(alli_client, greeter) == "sorry"
""",
    "an_app_failure": """
    @alli.app
    def greeter(run):
        raise AppFailure("the quota is used up")

    assert say(alli_client, greeter) == "sorry"
""",
    "a_fault_that_fired": """
    alli.fault(path_contains=alli.apps[0].id, status=404)
    assert get(alli, "/webapi/v2/apps/" + alli.apps[0].id.replace("=", "%3D")) == 404
""",
    "a_fault_of_an_encoded_id": """
    alli.fault(path_contains=alli.apps[0].id.replace("=", "%3D"), status=404)
    assert get(alli, "/webapi/v2/apps/" + alli.apps[0].id) == 404
""",
    "the_names_by_hand": """
    @alli.app(type="robot", undocumented=True)
    def greeter(run):
        return "hi"

    assert say(alli_client, greeter) == "hi"
""",
    "a_client_that_left": """
    @alli.app(type="campaign")
    def greeter(run):
        while True:
            yield "a"

    with alli_client.apps.stream(greeter.id, message="hi") as stream:
        next(iter(stream))
    alli.requests[-1].wait()
""",
    "an_unknown_id": """
    assert get(alli, "/webapi/v2/apps/unknown") == 404
""",
    "a_wrong_key": """
    alli_client.with_options(api_key="other")
    with pytest.raises(AlliError):
        alli_client.with_options(api_key="other").apps.list()
""",
}

MARKED = {
    "allowed": """
@pytest.mark.alli(allow=["unknown_operations", "unused_faults"])
def test_allowed(alli):
    alli.fault(status=500, path_contains="/skill")
    assert get(alli, "/webapi/v2/appz") == 404
""",
    "not_allowed": """
@pytest.mark.alli(allow=["app_errors"])
def test_not_allowed(alli):
    assert get(alli, "/webapi/v2/appz") == 404
""",
    "arguments": """
@pytest.mark.alli(profile="documented", builtin=False, api_key="k")
def test_arguments(alli):
    assert (alli.apps, alli.api_key) == ([], "k")
""",
    "misspelt": """
@pytest.mark.alli(allow=["app_error"])
def test_misspelt(alli):
    pass
""",
}
