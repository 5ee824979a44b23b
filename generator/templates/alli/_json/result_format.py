"""Where the JSON of an answer has what a result holds; declared in the overlay, used for whole answers and for streams.

A path is keys joined by dots. Of several paths, the first that leads to something of use counts.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ChoiceFormat",
    "CitationFormat",
    "FormFieldFormat",
    "MessageFormat",
    "Paths",
    "Replacement",
    "ResultFormat",
]

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """Paths in a citation, named after the attributes of `Citation`."""

    source: Paths = ()
    title: Paths = ()
    url: Paths = ()
    page: Paths = ()
    clue_id: Paths = ()
    document_id: Paths = ()
    text: Paths = ()


@dataclass(frozen=True, slots=True)
class MessageFormat:
    """Paths in a message, named after the attributes of `Message`.

    Attributes:
        sender: who said it; what the user said is left out.
        error: why this message failed.
    """

    id: Paths = ()
    type: Paths = ()
    text: Paths = ()
    completed: Paths = ()
    sender: Paths = ()
    error: Paths = ()
    metadata: Paths = ()
    citations: Paths = ()
    choices: Paths = ()
    form: Paths = ()


@dataclass(frozen=True, slots=True)
class ChoiceFormat:
    """Paths in a choice that a message offers, named after the attributes of `Choice`."""

    text: Paths = ()


@dataclass(frozen=True, slots=True)
class FormFieldFormat:
    """Paths in a field of a message's form, named after the attributes of `FormField`."""

    name: Paths = ()
    label: Paths = ()
    type: Paths = ()
    required: Paths = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """A record of a stream that replaces the text of one message.

    Attributes:
        type: the record's `type`.
        index: path of the message's place in the service's list.
        text: path of the new text.
    """

    type: str
    index: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """Where one kind of answer has the parts of a result. All paths but `at` and `error` begin in the object that `at` names.

    Attributes:
        at: paths of the object that holds the rest; the answer itself where no path leads to an object.
        messages: lists of messages.
        text: the text of an answer without such a list, and of a stream of deltas.
        citations: citations of such an answer.
        conversation_id: id of the conversation.
        state: state of the conversation.
        variables: object of variables.
        app_id: id of the app.
        name: name of the app.
        type: type of the app.
        category: category of the app.
        errors: what went wrong along the way.
        error: keys, besides `error` and `errors`, that report a failure of the whole answer.
        intent: what the service takes the query for.
        follow_up_question: the query as the service rewrote it.
        message: paths in a message.
        citation: paths in a citation.
        choice: paths in a choice.
        form_field: paths in a field of a form.
        replace: which record replaces a message; None when there is none.
    """

    at: Paths = ()
    messages: Paths = ()
    text: Paths = ()
    citations: Paths = ()
    conversation_id: Paths = ()
    state: Paths = ()
    variables: Paths = ()
    app_id: Paths = ()
    name: Paths = ()
    type: Paths = ()
    category: Paths = ()
    errors: Paths = ()
    error: Paths = ()
    intent: Paths = ()
    follow_up_question: Paths = ()
    message: MessageFormat = MessageFormat()
    citation: CitationFormat = CitationFormat()
    choice: ChoiceFormat = ChoiceFormat()
    form_field: FormFieldFormat = FormFieldFormat()
    replace: Replacement | None = None
