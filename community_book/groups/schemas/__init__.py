"""Forms about groups, by what somebody is doing."""

from __future__ import annotations

from community_book.groups.schemas.activities import ActivityForm, SpaceForm
from community_book.groups.schemas.entries import (
    AnswerForm,
    AskForm,
    CloseForm,
    DeclineForm,
    HandOverForm,
    MessageForm,
    NextLeadForm,
    ProfileForm,
    QuestionForm,
    SuspendForm,
    TrustForm,
    VersionForm,
)
from community_book.groups.schemas.reports import AcceptForm, ClaimForm, DeclineReportForm, ImportGroupsForm, ReportForm

__all__ = [
    "AcceptForm",
    "ActivityForm",
    "AnswerForm",
    "AskForm",
    "ClaimForm",
    "CloseForm",
    "DeclineForm",
    "DeclineReportForm",
    "HandOverForm",
    "ImportGroupsForm",
    "MessageForm",
    "NextLeadForm",
    "ProfileForm",
    "QuestionForm",
    "ReportForm",
    "SpaceForm",
    "SuspendForm",
    "TrustForm",
    "VersionForm",
]
