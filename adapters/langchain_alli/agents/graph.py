"""An app as an agent: a graph that any LangGraph program runs, nests or serves.

    app → end
     ↑ ↓   where the app offers choices or a form, and interrupts are wanted
    offer → interrupt … resume

The app's answer is in the thread's messages before the interrupt, so that resuming runs no app again.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from alli import Alli, AsyncAlli
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda

from langchain_alli.calls.interrupts import reply_of
from langchain_alli.options import ToolOptions

from .chat_host import details_of
from .chat_model import ChatAlli

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph  # pyright: ignore[reportMissingTypeStubs]

__all__ = ["alli_subagent", "create_alli_agent"]


def create_alli_agent(
    app: Any,
    *,
    client: Alli | None = None,
    async_client: AsyncAlli | None = None,
    checkpointer: Any = None,
    store: Any = None,
    options: ToolOptions | None = None,
    offers: Literal["interrupt", "text"] | None = None,
    name: str | None = None,
    context_schema: type[Any] | None = None,
) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """An app of type agent or campaign as a graph over messages: invoke, stream, checkpointer, interrupts.

    The conversation is that of the thread. `stream_mode="messages"` gives the answer token by token. An error that a model
    can act on is an answer; any other is raised.

    Args:
        app: an App, or the id of one.
        client: for synchronous calls. With neither client given, both are made from the environment.
        async_client: for asynchronous calls.
        checkpointer: keeps threads; True, or None, as for any graph.
        store: keeps conversations where messages don't.
        options: as of the tools; identity, deadlines, hooks.
        offers: "interrupt": choices and forms interrupt the graph, which is resumed by `Command(resume={"choices": [0]})`,
            `{"form": {...}}`, `{"message": "..."}`, a list of indices or text. "text": they are part of the answer.
            None: "interrupt" with a checkpointer, else "text".
        name: the graph's, by which supervisors call it, and that of its messages, as of other agents. Default: the tool's name of the
            app, and messages without a name.
        context_schema: of the context by which a run says for whom it is.

    Raises:
        ValueError: the app answers once and holds no conversation.
    """
    from langgraph.graph import END, START, MessagesState, StateGraph  # pyright: ignore[reportMissingTypeStubs]

    model = ChatAlli(
        app=app, client=client, async_client=async_client, options=options or ToolOptions(), errors_as_answers=True
    )
    interrupts = offers == "interrupt" or (offers is None and checkpointer is not None)

    def answer(state: Mapping[str, Any]) -> dict[str, Any]:
        return {"messages": [_named(model.invoke(state["messages"]), name)]}

    async def aanswer(state: Mapping[str, Any]) -> dict[str, Any]:
        return {"messages": [_named(await model.ainvoke(state["messages"]), name)]}

    graph: Any = StateGraph(MessagesState, context_schema=context_schema)
    graph.add_node("app", RunnableLambda(answer, afunc=aanswer))
    graph.add_edge(START, "app")
    if interrupts:
        graph.add_node("offer", _asked)
        graph.add_conditional_edges("app", _after_answer, ["offer", END])
        graph.add_conditional_edges("offer", _is_answered, ["app", END])
    else:
        graph.add_edge("app", END)
    return cast(
        "CompiledStateGraph[Any, Any, Any, Any]",
        graph.compile(checkpointer=checkpointer, store=store, name=name or model.tool.name),
    )


def alli_subagent(
    app: Any, *, name: str | None = None, description: str | None = None, **settings: Any
) -> dict[str, Any]:
    """An app of type agent or campaign as a subagent of deepagents: `create_deep_agent(subagents=[alli_subagent(app)])`.

    Args:
        app: an App, or an id together with `description`.
        name: by which the main agent calls it. Default: the tool's name of the app.
        description: for the main agent. Default: the tool's description of the app.
        settings: as of `create_alli_agent`.

    Raises:
        ValueError: the app answers once and holds no conversation.
    """
    chosen = ChatAlli(app=app, client=settings.get("client"), async_client=settings.get("async_client")).tool
    name = name or chosen.name
    agent = create_alli_agent(app, name=name, **settings)
    return {"name": name, "description": description or chosen.description, "runnable": agent}


def _named(message: AIMessage, name: str | None) -> AIMessage:
    """With the agent's name, by which a supervisor's model tells whose words these are."""
    if name:
        message.name = name
    return message


def _offered(messages: Sequence[Any]) -> dict[str, Any] | None:
    """What the app waits for after its last answer."""
    alli: Mapping[str, object] = details_of(messages[-1]) if messages else {}
    if alli.get("status") != "success" or not (alli.get("choices") or alli.get("form")):
        return None
    return {"choices": alli.get("choices"), "multiple": alli.get("multiple"), "form": alli.get("form")}


def _asked(state: Mapping[str, Any]) -> dict[str, Any]:
    from langgraph.types import interrupt

    last = state["messages"][-1]
    app = cast("Mapping[str, Any]", details_of(last).get("app") or {})
    value = interrupt({"type": "alli.offer", "app_id": app.get("id"), "text": last.text, **(_offered([last]) or {})})
    reply = dict(reply_of(value) or {})
    if not reply:
        return {"messages": []}
    return {
        "messages": [HumanMessage(str(reply.pop("message", "")), additional_kwargs={"alli": reply} if reply else {})]
    }


def _after_answer(state: Mapping[str, Any]) -> str:
    return "offer" if _offered(state["messages"]) else "__end__"


def _is_answered(state: Mapping[str, Any]) -> str:
    return "app" if isinstance(state["messages"][-1], HumanMessage) else "__end__"
