"""A test suite's use of the emulator, which is type-checked and never run."""

from __future__ import annotations

from typing import Any, assert_type

from alli_emulator import App, AppInput, AppRun, Emulator, FormPart, Latency, Reply, RequestRecord, app


@app
def whole(run: AppRun) -> str:
    return run.text_input("text")


@app(name="Shout", inputs=["text", AppInput("tone", "Tone")], may_fail=True)
async def shout(run: AppRun) -> Reply:
    return Reply(run.message.upper())


def project(request: RequestRecord) -> dict[str, Any]:
    return {"id": request.path_params["id"], "by": request.user_id}


def uses(alli: Emulator) -> None:
    assert_type(whole, App)
    assert_type(shout, App)

    @alli.app
    def bare(run: AppRun) -> list[str]:
        return [run.message]

    @alli.app(type="campaign")
    def greeter(run: AppRun) -> str:
        return run.message

    assert_type(bare, App)
    assert_type(greeter, App)
    alli.fault(app=greeter, status=503, headers={"Retry-After": "1"}, times=2)
    alli.answer("GET", "/webapi/v2/projects/{id}", json=project, undocumented=True)
    alli.verify(allow=["app_errors"])
    assert_type(alli.not_served, list[str])
    record = alli.requests[-1]
    assert_type(record.app, App | None)
    assert_type(record.form["message"], str)
    assert_type(record.files["contract"], FormPart)
    assert_type(record.user_id, str | None)
    alli.reset()


def makes() -> Emulator:
    return Emulator(latency=Latency(first_text=0.5), replay="recorded", speed=10, allowed_hosts=["alli.test"])
