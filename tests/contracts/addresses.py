"""Every address of the product, and who may open it, in one table.

The names are those of `tests.cast` and `tests.contracts.world`. The second part of a row says what
stands in the address beside the practice: always Carol's, or of Bob's, at Harbour. NOBODY: shut in
tests (a page of the demo alone, a practice without a logo), so everybody gets the 404.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

ALICE, BOB, CAROL, VERA = ({name} for name in ("alice", "bob", "carol", "vera"))
STAFF = {"alice", "bob", "olga", "ines", "vera"}
RUNNERS = STAFF - {"ines"}
ROOM_KEEPERS = {"alice", "vera"}
NEAR_CAROL = {"alice", "bob", "vera"}
PREPARERS = {"bob", "vera"}
NOBODY: set[str] = set()
COACHES = {"bob", "olga"}
CLIENTS = {"carol", "dave"}
SPONSORS = {"sam", "stella"}
HR = {"sam"}
PETRA = {"petra"}
SIGNED_IN = STAFF | CLIENTS | SPONSORS | PETRA | {"mallory", "erin", "frank", "gwen", "xaver"}
EVERYBODY = SIGNED_IN | {"anonymous"}

# What stands in an address beside the practice and is nobody's: the same for all.
WORDS = {"hue", "question", "feed_kind", "provider", "viewer_word"}

# Nobody's, but not behind the sign-in either: a logo there is none of, a provider's address.
SHUT = {"practice_logo", "inbound_mail", "mail_events"}

type Row = tuple[set[str], *tuple[str, ...]]

TABLE: dict[str, Row] = {
    # ---- public ----------------------------------------------------------------------------
    "landing": (EVERYBODY,),
    "who_sees_what": (EVERYBODY,),
    "practice_logo": (NOBODY,),
    "theme": (EVERYBODY, "hue"),
    "link": (EVERYBODY, "cancel_link"),
    "book": (EVERYBODY, "open_offering"),
    "booked": (EVERYBODY, "open_offering", "booking_key"),
    "book_by_link": (EVERYBODY, "booking_link"),
    "booked_by_link": (EVERYBODY, "booking_link", "booking_key"),
    "booked_calendar": (EVERYBODY, "open_offering", "booking_key"),
    "booked_calendar_by_link": (EVERYBODY, "booking_link", "booking_key"),
    "inbound_mail": (NOBODY, "member"),
    "mail_events": (NOBODY, "member"),
    "mail_choices": (EVERYBODY, "choices_link"),
    "mail_off": (EVERYBODY, "off_link"),
    "mail_style": (EVERYBODY, "hue"),
    "feed": (EVERYBODY, "feed_link"),
    "health_live": (EVERYBODY,),
    "health_ready": (EVERYBODY,),
    "health_worker": (EVERYBODY,),
    # ---- everybody who has signed in -------------------------------------------------------
    "chooser": (SIGNED_IN,),
    "join_practices": (SIGNED_IN,),
    "open_practice": (SIGNED_IN,),
    "profile": (SIGNED_IN,),
    "account_security": (SIGNED_IN,),
    "secure_account": (SIGNED_IN,),
    "secure_later": (SIGNED_IN,),
    "theme_choice": (SIGNED_IN,),
    "calendar_connected": (NOBODY, "provider"),
    "devices": (SIGNED_IN,),
    "sign_in_address": (SIGNED_IN,),
    "prove_again": (SIGNED_IN,),
    "device_end": (BOB, "device"),
    "devices_end_others": (SIGNED_IN,),
    # ---- the practice ----------------------------------------------------------------------
    "coach:today": (STAFF,),
    "coach:desk": (RUNNERS,),
    "coach:desk_preview": (RUNNERS,),
    "coach:desk_send": (RUNNERS,),
    "coach:start": (RUNNERS,),
    "coach:start_finish": (ALICE,),
    "coach:search": (STAFF,),
    "coach:components": (NOBODY,),
    "coach:members": (STAFF,),
    "coach:member_invite": (ALICE,),
    "coach:member": (ALICE, "member"),
    "coach:member_end": (ALICE, "member"),
    "coach:member_reinvite": (ALICE, "member"),
    "coach:settings": (ALICE,),
    "coach:themes": (ALICE,),
    "coach:theme": (ALICE, "practice_theme"),
    "coach:outbox": (ALICE,),
    "coach:outbox_retry": (ALICE, "undelivered"),
    "coach:outbox_dismiss": (ALICE, "undelivered"),
    # ---- clients and sponsors --------------------------------------------------------------
    "coach:clients": (RUNNERS,),
    "coach:client_new": (RUNNERS,),
    "coach:client": (NEAR_CAROL, "client"),
    "coach:client_timeline": (NEAR_CAROL, "client"),
    "coach:client_mail": (NEAR_CAROL, "client"),
    "coach:client_mail_try": (NEAR_CAROL, "client"),
    "coach:mail_choices": (STAFF,),
    "coach:bounces": (ALICE,),
    "coach:bounce_try": (ALICE, "bounce"),
    "coach:client_edit": (NEAR_CAROL, "client"),
    "coach:client_invite": (NEAR_CAROL, "client"),
    "coach:client_end_access": ({"alice", "bob"}, "client"),
    "coach:client_archive": (NEAR_CAROL, "client"),
    "coach:client_restore": (NEAR_CAROL, "client"),
    "coach:client_coach": ({"alice", "bob"}, "client"),
    "coach:team_new": (RUNNERS,),
    "coach:team": (NEAR_CAROL, "team"),
    "coach:team_join": (BOB, "team"),
    "coach:team_leave": (NEAR_CAROL, "team_member"),
    "coach:team_speaker": (BOB, "team_member"),
    "coach:team_invite": (NEAR_CAROL, "team_member"),
    "coach:team_session_new": (NEAR_CAROL, "team"),
    "portal:team": (CAROL, "team"),
    "portal:team_messages": (CAROL, "team"),
    "portal:team_logistics": (CAROL, "team"),
    "coach:messages": (RUNNERS,),
    "coach:client_messages": (NEAR_CAROL, "client"),
    "coach:client_logistics": (NEAR_CAROL, "client"),
    "coach:intake": (NEAR_CAROL, "client"),
    "coach:intake_ask": (NEAR_CAROL, "client"),
    "coach:intake_remind": (NEAR_CAROL, "open_intake"),
    "coach:intake_withdraw": (NEAR_CAROL, "open_intake"),
    "coach:questionnaires": (RUNNERS,),
    "coach:questionnaire_new": (RUNNERS,),
    "coach:questionnaire": (RUNNERS, "questionnaire"),
    "coach:questionnaire_question_new": (RUNNERS, "questionnaire"),
    "coach:questionnaire_question": (RUNNERS, "questionnaire", "question"),
    "coach:questionnaire_preview": (RUNNERS, "questionnaire"),
    "coach:questionnaire_publish": ({"alice", "bob"}, "questionnaire"),
    "coach:questionnaire_archive": ({"alice", "bob"}, "questionnaire"),
    "coach:questionnaire_rules": (ALICE,),
    "coach:client_questionnaires": (NEAR_CAROL, "client"),
    "coach:questionnaire_ask": (NEAR_CAROL, "client"),
    "coach:asked_questionnaire": (NEAR_CAROL, "asked"),
    "coach:questionnaire_remind": (NEAR_CAROL, "open_asked"),
    "coach:questionnaire_withdraw": (NEAR_CAROL, "open_asked"),
    "coach:preparation": (BOB, "coming"),
    "coach:preparation_rule": (ALICE,),
    "coach:sponsors": (RUNNERS,),
    "coach:sponsor_organisation_new": (RUNNERS,),
    "coach:sponsor_organisation": (RUNNERS, "organisation"),
    "coach:sponsor_organisation_edit": (NEAR_CAROL, "organisation"),
    "coach:contact_new": (NEAR_CAROL, "organisation"),
    "coach:contact_edit": (NEAR_CAROL, "contact"),
    "coach:contact_invite": (NEAR_CAROL, "contact"),
    "coach:contact_end_access": (NEAR_CAROL, "contact"),
    "coach:contact_unlink": (NEAR_CAROL, "engagement", "contact"),
    "coach:disclosure": (NEAR_CAROL, "engagement"),
    "coach:disclosure_propose": (NEAR_CAROL, "engagement"),
    "coach:disclosure_sign": (BOB, "engagement"),
    "coach:disclosure_withdraw": (NEAR_CAROL, "engagement"),
    "coach:disclosure_remind": (NEAR_CAROL, "engagement"),
    "coach:contact": (NEAR_CAROL, "contact"),
    "coach:contact_link_end": (NEAR_CAROL, "contact", "engagement"),
    "coach:contact_units": (NEAR_CAROL, "contact"),
    "coach:units": (NEAR_CAROL, "organisation"),
    "coach:unit": (NEAR_CAROL, "unit"),
    "coach:unit_join": (NEAR_CAROL, "unit"),
    "coach:unit_remove": (NEAR_CAROL, "unit"),
    "coach:engagement_unit": (NEAR_CAROL, "engagement"),
    # ---- enquiries -------------------------------------------------------------------------
    "enquire": (EVERYBODY,),
    "outcomes": (EVERYBODY,),
    "coach:enquiries": (RUNNERS,),
    "coach:enquiry_new": (RUNNERS,),
    "coach:enquiry": (NEAR_CAROL, "enquiry"),
    "coach:enquiry_move": (NEAR_CAROL, "enquiry"),
    "coach:enquiry_not_now": (NEAR_CAROL, "enquiry"),
    "coach:enquiry_client": (NEAR_CAROL, "enquiry"),
    "coach:public_pages": (ALICE,),
    "portal:employer_mail_read": (CLIENTS,),
    # ---- in and out ------------------------------------------------------------------------
    "coach:client_import": (RUNNERS,),
    "coach:transfers": (RUNNERS,),
    "coach:transfer": (BOB, "import"),
    "coach:transfer_columns": (BOB, "import"),
    "coach:transfer_go": (BOB, "import"),
    "coach:transfer_undo": (BOB, "import"),
    "coach:transfer_cancel": (BOB, "import"),
    "coach:transfer_rows": (BOB, "import"),
    "coach:transfer_file": (ALICE, "archive"),
    "coach:practice_export": (ALICE,),
    "coach:practice_import": (ALICE,),
    "portal:own_data": (CLIENTS,),
    "portal:own_data_file": (CAROL, "own_archive"),
    # ---- records: how long they are kept, who looked, who asks, how they end ------------------
    "coach:retention": (ALICE,),
    "coach:second_person": (ALICE,),
    "coach:access_ledger": ({"alice", "bob", "olga"},),
    "coach:client_records": (ALICE, "client"),
    "coach:hold_place": (ALICE, "client"),
    "coach:hold_lift": (ALICE, "client"),
    "coach:erasure_plan": (ALICE, "client"),
    "coach:opening_ask": (ALICE, "client"),
    "coach:erasure": (ALICE, "planned_erasure"),
    "coach:erasure_call_off": (ALICE, "planned_erasure"),
    "coach:erasure_receipt": (ALICE, "done_erasure"),
    "coach:erasure_pdf": (ALICE, "done_erasure"),
    "coach:second_consent": ({"vera"},),
    "coach:opened_records": (NOBODY, "opening"),
    "coach:opening_end": (ALICE, "opening"),
    "coach:access_requests": (RUNNERS,),
    "coach:access_request": ({"alice", "vera"}, "access_request"),
    "coach:access_request_take": ({"alice", "vera"}, "access_request"),
    "coach:access_request_answer": ({"alice", "vera"}, "access_request"),
    "coach:access_request_refuse": ({"alice", "vera"}, "access_request"),
    "coach:request_notes": (BOB, "access_request"),
    "coach:view_as": (BOB, "client", "viewer_word"),
    "portal:what_assistant_sees": (CLIENTS,),
    "portal:handover": (CLIENTS,),
    "portal:handover_answer": (CAROL, "handover"),
    "coach:handover_brief": (BOB, "client"),
    "coach:handover": (NEAR_CAROL, "client"),
    "coach:handover_ask": (NEAR_CAROL, "handover"),
    "coach:brief_decline": (BOB, "client"),
    "coach:continuity": (STAFF,),
    "coach:continuity_begin": (ALICE | VERA, "will"),
    "coach:continuity_case": (VERA, "continuity_case"),
    "coach:continuity_end": (ALICE | BOB | VERA, "continuity_case"),
    "coach:continuity_task": (VERA, "continuity_task"),
    "portal:your_data": (CLIENTS,),
    "portal:mail_log": (CLIENTS,),
    "portal:mail_choices": (CLIENTS,),
    "portal:request_take_back": (CAROL, "access_request"),
    "portal:opening_consent": (CAROL, "opening"),
    "portal:opening_end": (CAROL, "opening"),
    # ---- agreements ------------------------------------------------------------------------
    "coach:agreements": (RUNNERS,),
    "coach:agreement_settings": (ALICE,),
    "coach:agreement_certificate": (ALICE,),
    "coach:agreement_templates": (ALICE,),
    "coach:agreement_starters": (ALICE,),
    "coach:agreement_template_new": (ALICE,),
    "coach:agreement_template": (ALICE, "template"),
    "coach:agreement_template_archive": (ALICE, "template"),
    "coach:engagement_agreements": (NEAR_CAROL, "engagement"),
    "coach:agreement_prepare": (NEAR_CAROL, "engagement", "template"),
    "coach:agreement": (NEAR_CAROL, "agreement"),
    "coach:agreement_sign": (BOB, "agreement"),
    "coach:agreement_send": (NEAR_CAROL, "agreement"),
    "coach:agreement_chase": (NEAR_CAROL, "agreement"),
    "coach:agreement_void": (NEAR_CAROL, "agreement"),
    "coach:agreement_reissue": (NEAR_CAROL, "agreement"),
    "coach:agreement_discard": (NEAR_CAROL, "agreement"),
    "coach:agreement_pdf": (NEAR_CAROL, "signed_agreement"),
    # ---- programs --------------------------------------------------------------------------
    "coach:engagement_new": (NEAR_CAROL, "client"),
    "coach:engagement": (NEAR_CAROL, "engagement"),
    "coach:onboarding": (RUNNERS,),
    "coach:engagement_onboarding": (NEAR_CAROL, "engagement"),
    "coach:step_settle": (NEAR_CAROL, "step"),
    "coach:step_reopen": (NEAR_CAROL, "step"),
    "coach:step_edit": (NEAR_CAROL, "step"),
    "coach:engagement_letter": (NEAR_CAROL, "engagement"),
    "coach:health_status": (RUNNERS,),
    "coach:engagement_change": (NEAR_CAROL, "engagement"),
    "coach:engagement_allot": (NEAR_CAROL, "engagement"),
    "coach:programs": (STAFF,),
    "coach:programs_install": (RUNNERS,),
    "coach:program": (STAFF, "program"),
    "coach:program_checklist": (RUNNERS, "program"),
    "coach:program_health": (RUNNERS, "program"),
    # ---- scheduling ------------------------------------------------------------------------
    "coach:calendar": (RUNNERS,),
    "coach:calendar_plan": (RUNNERS,),
    "coach:calendar_hours": (RUNNERS,),
    "coach:calendar_check": (NEAR_CAROL, "coming"),
    "coach:calendar_move": (NEAR_CAROL, "coming"),
    "coach:zone_changes": (RUNNERS,),
    "coach:zone_change_keep": (NEAR_CAROL, "coming"),
    "coach:zone_change_move": (NEAR_CAROL, "coming"),
    "coach:calendars": (RUNNERS,),
    "coach:calendar_subscribe": (COACHES,),
    "coach:calendar_account": (COACHES,),
    "coach:calendar_edit": (BOB, "subscription"),
    "coach:calendar_choose": (BOB, "account"),
    "coach:calendar_read": (BOB, "subscription"),
    "coach:calendar_remove": (BOB, "account"),
    "coach:calendar_connect": (NOBODY, "provider"),
    "coach:calendar_finish": (NOBODY, "provider"),
    "coach:feed_make": (RUNNERS, "feed_kind"),
    "coach:feed_revoke": (RUNNERS, "feed_kind"),
    "coach:unconfirmed": (RUNNERS,),
    "coach:availability": (RUNNERS,),
    "coach:availability_days": (RUNNERS,),
    "coach:availability_off": (RUNNERS,),
    "coach:availability_forget": (RUNNERS,),
    "coach:availability_holidays": (RUNNERS,),
    "coach:availability_holiday_work": (RUNNERS,),
    "coach:availability_travel": (RUNNERS,),
    "coach:availability_travel_cancel": (RUNNERS,),
    "coach:availability_why": (RUNNERS,),
    "coach:schedule_new": (RUNNERS,),
    "coach:schedule": (NEAR_CAROL, "schedule"),
    "coach:schedule_delete": (NEAR_CAROL, "schedule"),
    "coach:offerings": (RUNNERS,),
    "coach:offering_new": (RUNNERS,),
    "coach:offering": (NEAR_CAROL, "offering"),
    "coach:offering_archive": (NEAR_CAROL, "offering"),
    "coach:offering_questions": (NEAR_CAROL, "offering"),
    "coach:question_change": (NEAR_CAROL, "offering"),
    "coach:offering_links": (NEAR_CAROL, "offering"),
    "coach:booking_link_revoke": (NEAR_CAROL, "shared_offering_id", "secret"),
    "coach:rooms": (ROOM_KEEPERS,),
    "coach:room": (ROOM_KEEPERS, "room"),
    "coach:booking_requests": (RUNNERS,),
    "coach:booking": (NEAR_CAROL, "coming"),
    "coach:book_for_client": (NEAR_CAROL, "client"),
    "coach:three_ways": (NEAR_CAROL, "engagement"),
    "coach:three_way_new": (NEAR_CAROL, "engagement"),
    "coach:poll": (NEAR_CAROL, "poll"),
    "coach:poll_more": (NEAR_CAROL, "poll"),
    "coach:poll_withdraw": (NEAR_CAROL, "poll"),
    "coach:agreed_point_new": (BOB, "three_way"),
    "coach:agreed_point_remove": (BOB, "three_way", "point"),
    "coach:scheduling_request": (NEAR_CAROL, "request"),
    "coach:session_hand_over": (NEAR_CAROL, "coming"),
    "coach:session_move": (NEAR_CAROL, "coming"),
    "coach:session_cancel": (NEAR_CAROL, "coming"),
    "coach:session_outcome": (NEAR_CAROL, "session"),
    "coach:session_reply": (NEAR_CAROL, "coming"),
    "coach:reminders": (ALICE,),
    # ---- groups and series -----------------------------------------------------------------
    "coach:groups": (RUNNERS,),
    "coach:group_new": (RUNNERS,),
    "coach:session_together": (NEAR_CAROL, "led_together"),
    "coach:attendance_together": (NEAR_CAROL, "seat_together"),
    "coach:cohort_together": (NEAR_CAROL, "cohort_together"),
    "coach:session_second_coach": (NEAR_CAROL, "coming"),
    "coach:group": (NEAR_CAROL, "group"),
    "coach:group_add": (NEAR_CAROL, "group"),
    "coach:group_places": (NEAR_CAROL, "group"),
    "coach:group_everybody": (NEAR_CAROL, "group"),
    "coach:seat_remove": (NEAR_CAROL, "seat"),
    "coach:seat_outcome": (NEAR_CAROL, "seat"),
    "coach:seat_make_up": (NEAR_CAROL, "seat"),
    "coach:cohort_new": (RUNNERS,),
    "coach:cohort": (NEAR_CAROL, "cohort"),
    "coach:cohort_add": (NEAR_CAROL, "cohort"),
    "coach:cohort_remove": (NEAR_CAROL, "cohort", "client"),
    "coach:cohort_change": (NEAR_CAROL, "cohort"),
    "coach:cohort_date_new": (NEAR_CAROL, "cohort"),
    "coach:cohort_cancel": (NEAR_CAROL, "cohort"),
    "coach:series_new": (NEAR_CAROL, "client"),
    "coach:series": (NEAR_CAROL, "series"),
    "coach:series_cancel": (NEAR_CAROL, "series"),
    "portal:groups": (CLIENTS,),
    "portal:group": (CAROL, "group"),
    "portal:group_join": (CAROL, "group"),
    "portal:group_calendar": (CAROL, "group"),
    "portal:group_answers": (CAROL, "group"),
    "portal:group_leave": (CAROL, "group"),
    "portal:group_move": (CAROL, "group"),
    "portal:cohort": (CAROL, "cohort"),
    "portal:cohort_leave": (CAROL, "cohort"),
    "portal:series_new": (CLIENTS,),
    "portal:series": (CAROL, "series"),
    "portal:series_cancel": (CAROL, "series"),
    # ---- what is said and agreed: the assigned coach alone ---------------------------------
    "coach:session": (BOB, "held"),
    "coach:session_prep": (BOB, "held"),
    "coach:session_note": (BOB, "held"),
    "coach:session_file": (BOB, "held"),
    "coach:session_themes": (BOB, "held"),
    "coach:pad_preview": (BOB, "held"),
    "coach:session_summary": (BOB, "session"),
    "coach:summary_share": (BOB, "session"),
    "coach:goals": (BOB, "client"),
    "coach:goal_new": (BOB, "client"),
    "coach:goal": (BOB, "goal"),
    "coach:goal_revise": (BOB, "goal"),
    "coach:goal_rate": (BOB, "goal"),
    "coach:goal_target": (BOB, "goal"),
    "coach:goal_state": (BOB, "goal"),
    "coach:actions": (BOB, "client"),
    "coach:action_new": (BOB, "client"),
    "coach:action": (BOB, "action"),
    "coach:action_done": (BOB, "action"),
    "coach:action_undo": (BOB, "action"),
    "coach:action_drop": (BOB, "action"),
    "coach:reflections": (BOB, "client"),
    "coach:patterns": (BOB, "client"),
    # ---- progress reports: the state for all who run the practice, the words for the coach ----
    "coach:reports": (RUNNERS,),
    "coach:report": (NEAR_CAROL, "report"),
    "coach:report_pdf": (BOB, "issued"),
    "coach:report_start": (PREPARERS, "engagement"),
    "coach:report_draft": (PREPARERS, "report"),
    "coach:report_refresh": (BOB, "report"),
    "coach:report_narrative": (BOB, "report"),
    "coach:report_check": (BOB, "report"),
    "coach:report_reopen": (BOB, "report"),
    "coach:report_send": (BOB, "report"),
    "coach:report_issue": (BOB, "report"),
    # ---- the client's portal ---------------------------------------------------------------
    "portal:home": (CLIENTS,),
    "portal:who_looked": (CLIENTS,),
    "portal:messages": (CLIENTS,),
    "portal:logistics": (CLIENTS,),
    "portal:intake": (CAROL, "intake"),
    "portal:preparation": (CAROL, "coming"),
    "portal:questionnaires": (CLIENTS,),
    "portal:questionnaire": (CAROL, "asked"),
    "portal:disclosure": (CAROL, "engagement"),
    "portal:disclosure_sign": (CAROL, "engagement"),
    "portal:disclosure_lower": (CAROL, "engagement"),
    "portal:disclosure_attendance": (CAROL, "engagement"),
    "portal:agreements": (CLIENTS,),
    "portal:agreement": (CAROL, "agreement"),
    "portal:agreement_pdf": (CAROL, "signed_agreement"),
    "portal:book": (CLIENTS,),
    "portal:feeds": (CLIENTS,),
    "portal:feed_make": (CLIENTS, "feed_kind"),
    "portal:feed_revoke": (CLIENTS, "feed_kind"),
    "portal:sessions": (CLIENTS,),
    "portal:poll": (CAROL, "poll"),
    "portal:poll_shares": (CAROL, "poll"),
    "portal:delegates": (CLIENTS,),
    "portal:delegate_end": (CAROL, "delegation"),
    "portal:delegate_home": (PETRA,),
    "portal:delegate_sessions": (PETRA, "client"),
    "portal:delegate_book": (PETRA, "client"),
    "portal:delegate_move": (PETRA, "coming"),
    "portal:delegate_cancel": (PETRA, "coming"),
    "portal:session": (CAROL, "coming"),
    "portal:session_move": (CAROL, "coming"),
    "portal:session_cancel": (CAROL, "coming"),
    "portal:session_calendar": (CAROL, "coming"),
    "portal:session_answers": (CAROL, "coming"),
    "portal:goals": (CLIENTS,),
    "portal:goal_new": (CLIENTS,),
    "portal:goal": (CAROL, "goal"),
    "portal:goal_revise": (CAROL, "goal"),
    "portal:goal_rate": (CAROL, "goal"),
    "portal:goal_target": (CAROL, "goal"),
    "portal:goal_state": (CAROL, "goal"),
    "portal:goal_show": (CAROL, "goal"),
    "portal:goal_hide": (CAROL, "goal"),
    "portal:goal_title": (CAROL, "goal"),
    "portal:actions": (CLIENTS,),
    "portal:action_new": (CLIENTS,),
    "portal:action": (CAROL, "action"),
    "portal:action_done": (CAROL, "action"),
    "portal:action_undo": (CAROL, "action"),
    "portal:action_drop": (CAROL, "action"),
    "portal:journal": (CLIENTS,),
    "portal:reflection": (CAROL, "reflection"),
    "portal:reflection_share": (CAROL, "reflection"),
    "portal:reflection_unshare": (CAROL, "reflection"),
    "portal:reflection_delete": (CAROL, "reflection"),
    "portal:summaries": (CLIENTS,),
    "portal:patterns": (CLIENTS,),
    "portal:for_the_file": (CLIENTS,),
    "portal:report": (CAROL, "report"),
    "portal:report_pdf": (CAROL, "issued"),
    "portal:what_sponsor_sees": (CLIENTS,),
    # ---- the sponsor -----------------------------------------------------------------------
    "sponsor:home": (SPONSORS,),
    "sponsor:mail_choices": (SPONSORS,),
    "sponsor:coachee": (SPONSORS, "engagement"),
    "sponsor:disclosure": (HR, "engagement"),
    "sponsor:agreements": (SPONSORS,),
    "sponsor:agreement": (HR, "agreement"),
    "sponsor:agreement_pdf": (HR, "signed_agreement"),
    "sponsor:three_way": (SPONSORS, "three_way"),
    "sponsor:report": (SPONSORS, "issued"),
    "sponsor:report_pdf": (SPONSORS, "issued"),
}

# Pages that say more when they are asked for something.
QUESTIONS = {"coach:search": "?q=carol"}
# What a form must at least name to be understood; all others are sent empty.
FORMS = {
    "coach:pad_preview": {"kind": "=note"},
    "coach:client_coach": {"coach": "other_coach"},
    "coach:engagement_change": {"change": "=pause"},
    "coach:goal_state": {"state": "=reached"},
    "portal:goal_state": {"state": "=reached"},
}

# Of others: sign-in pages are the library's, and have their own tests.
_FOREIGN = ("allauth.", "django.")


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver with its row."""

    name: str
    parameters: tuple[str, ...]
    may: frozenset[str]
    things: tuple[str, ...]

    @property
    def tree(self) -> str:
        """coach, portal or sponsor; empty for addresses outside of every practice."""
        return self.name.rpartition(":")[0]

    @property
    def names_a_thing(self) -> bool:
        """Whether ids beside the practice stand in the address."""
        return not WORDS.issuperset(self.things)

    @property
    def is_for_members(self) -> bool:
        """Whether nobody gets in without signing in."""
        return "anonymous" not in self.may and self.name not in SHUT

    def at(self, practice: str, things: dict[str, Any]) -> str:
        """The path at this practice with these things in it."""
        values = iter(self.things)
        kwargs = {
            name: practice if name == "practice" else things[next(values)]
            for name in self.parameters
        }
        return reverse(self.name, kwargs=kwargs) + QUESTIONS.get(self.name, "")

    def form(self, things: dict[str, Any]) -> dict[str, str]:
        """The least that can be sent there."""
        return {
            name: word[1:] if word.startswith("=") else str(things[word])
            for name, word in FORMS.get(self.name, {}).items()
        }

    def with_unknown(self, practice: str) -> str:
        """The path with ids that nothing has."""
        return self.at(practice, {word: unknown(word) for word in self.things})


def unknown(word: str) -> object:
    if word == "device":
        return 2**31 - 1
    return f"nothing-{uuid4().hex}" if word.endswith(("_link", "_offering")) else uuid4()


def names_in_resolver() -> dict[str, tuple[str, ...]]:
    """Every name of our own addresses, with the parameters of its path."""
    found: dict[str, tuple[str, ...]] = {}
    for name, pattern, parameters in _walk(get_resolver(), "", ()):
        if not pattern.callback.__module__.startswith(_FOREIGN):
            assert name not in found, f"{name} stands twice"
            found[name] = parameters
    return found


def _walk(
    resolver: URLResolver, prefix: str, above: tuple[str, ...]
) -> Iterator[tuple[str, URLPattern, tuple[str, ...]]]:
    for each in resolver.url_patterns:
        parameters = (*above, *each.pattern.converters)
        if isinstance(each, URLResolver):
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from _walk(each, inner, parameters)
        else:
            yield f"{prefix}{each.name}", each, parameters


def addresses() -> list[Address]:
    """All that have a row."""
    parameters = names_in_resolver()
    return [
        Address(name, parameters[name], frozenset(row[0]), row[1:])
        for name, row in TABLE.items()
        if name in parameters
    ]
