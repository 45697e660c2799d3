from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from scheduling import checks  # noqa: F401, PLC0415 -- registers itself

        _register_mails_of_sessions()
        _register_mails_of_groups_and_polls()
        _register_work()
        _register_links()
        _connect_signals()
        _speak_in_agreements()


def _register_mails_of_sessions() -> None:
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from scheduling import emails  # noqa: PLC0415 -- app registry
    from scheduling.services import (  # noqa: PLC0415 -- app registry
        handover,
        letters,
        notices,
        reminders,
        replies,
        request_notices,
        second_coaches,
        source_readings,
    )

    register(notices.CONFIRMED, emails.prepare_confirmation)
    register(notices.MOVED, emails.prepare_moved)
    register(notices.CANCELLED, emails.prepare_cancelled)
    register(notices.REMINDER, emails.prepare_reminder)
    register(reminders.PREPARATION, emails.prepare_preparation)
    register(reminders.OUTCOME_QUESTION, emails.prepare_outcome_question)
    register(replies.DECLINED, emails.prepare_declined)
    register(replies.RESENT, emails.prepare_resent)
    register(request_notices.REQUESTED, emails.prepare_requested)
    register(request_notices.REQUEST_ENDED, emails.prepare_request_ended)
    register(handover.HANDED_OVER, emails.prepare_handed_over)
    register(letters.LETTER, emails.prepare_logistics_letter)
    register(handover.GIVEN_AWAY, emails.prepare_given_away)
    register(replies.DECLINED_TOGETHER, emails.prepare_declined_together)
    register(second_coaches.LED_ALONE, emails.prepare_led_alone)
    register(second_coaches.LED_TOGETHER, emails.prepare_led_together)
    register(second_coaches.SECOND_LEFT, emails.prepare_second_left)
    register(source_readings.STOPPED, emails.prepare_calendar_stopped)


def _register_mails_of_groups_and_polls() -> None:
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from scheduling import emails  # noqa: PLC0415 -- app registry
    from scheduling.queries.asking import BOOK_PLEASE  # noqa: PLC0415 -- app registry
    from scheduling.services import (  # noqa: PLC0415 -- app registry
        group_notices,
        poll_notices,
        series,
        sponsor_notices,
    )

    register(group_notices.GROUP_PLACE, emails.prepare_group_place)
    register(group_notices.GROUP_OFF, emails.prepare_group_off)
    register(group_notices.GROUP_WAITING, emails.prepare_group_waiting)
    register(group_notices.GROUP_REMINDER, emails.prepare_group_reminder)
    register(group_notices.GROUP_MAKE_UP, emails.prepare_group_make_up)
    register(group_notices.GROUP_COACH, emails.prepare_group_coach)
    register(group_notices.COHORT_JOINED, emails.prepare_cohort_joined)
    register(series.SERIES_BOOKED, emails.prepare_series_booked)
    register(poll_notices.POLL_ASKED, emails.prepare_poll_asked)
    register(poll_notices.POLL_COACH, emails.prepare_poll_coach)
    register(sponsor_notices.THREE_WAY, emails.prepare_three_way)
    register(sponsor_notices.DATES_COPY, emails.prepare_dates_copy)
    register(BOOK_PLEASE, emails.prepare_book_please)


def _register_work() -> None:
    """What becomes due without being a mail."""
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from scheduling import receivers  # noqa: PLC0415 -- app registry
    from scheduling.services import (  # noqa: PLC0415 -- app registry
        busy_sources,
        calendar_copies,
        handover,
        hold_ends,
        places,
        poll_notices,
        polls,
        reminders,
        replanning,
        request_notices,
        source_readings,
    )

    register(hold_ends.HOLD_END, receivers.on_hold_end)
    register(request_notices.UNANSWERED, receivers.on_unanswered)
    register(poll_notices.POLL_CLOSES, receivers.on_poll_closes)
    register(polls.COACH_LEFT, receivers.on_coach_left)
    register(handover.HAND_OVER, receivers.on_hand_over)
    register(places.LEAVE_ROSTERS, receivers.on_leave_rosters)
    register(reminders.REPLAN, replanning.prepare_replan)
    register(busy_sources.READ, source_readings.prepare_reading, lease_seconds=300)
    register(calendar_copies.COPY, calendar_copies.prepare_copy)


def _register_links() -> None:
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
    from scheduling import purposes  # noqa: PLC0415 -- app registry
    from scheduling.views import (  # noqa: PLC0415 -- app registry
        link,
        link_outcomes,
        link_polls,
        link_requests,
        link_seats,
    )

    register_purpose(purposes.MOVE_LINK, link.move)
    register_purpose(purposes.CANCEL_LINK, link.cancel)
    register_purpose(purposes.SEAT_LINK, link_seats.leave)
    register_purpose(purposes.SEAT_MOVE_LINK, link_seats.move)
    register_purpose(purposes.POLL_LINK, link_polls.answer)
    register_purpose(purposes.ANSWER_LINK, link_requests.answer)
    for purpose, noted in (
        (purposes.HELD_LINK, link_outcomes.held),
        (purposes.NO_SHOW_LINK, link_outcomes.no_show),
        (purposes.LATE_CANCEL_LINK, link_outcomes.late_cancel),
        (purposes.COACH_CANCELLED_LINK, link_outcomes.coach_cancelled),
    ):
        register_purpose(purpose, noted, thanks=noted)


def _connect_signals() -> None:
    from anymail.signals import inbound  # type: ignore[import-untyped]  # noqa: PLC0415

    from clients.signals import (  # noqa: PLC0415 -- app registry
        assignment_ended,
        engagement_moved,
        team_joined,
        team_left,
    )
    from coachops.practices.signals import membership_ended  # noqa: PLC0415 -- app registry
    from scheduling import receivers  # noqa: PLC0415 -- app registry

    inbound.connect(receivers.on_inbound_mail, dispatch_uid="scheduling.inbound_mail")
    membership_ended.connect(
        receivers.on_membership_ended, dispatch_uid="scheduling.membership_ended"
    )
    engagement_moved.connect(
        receivers.on_engagement_moved, dispatch_uid="scheduling.engagement_moved"
    )
    team_joined.connect(receivers.on_team_joined, dispatch_uid="scheduling.team_joined")
    team_left.connect(receivers.on_team_left, dispatch_uid="scheduling.team_left")
    assignment_ended.connect(
        receivers.on_assignment_ended, dispatch_uid="scheduling.assignment_ended"
    )


def _speak_in_agreements() -> None:
    from clients.queries.agreement_fields import (  # noqa: PLC0415 -- app registry
        register_source,
    )
    from scheduling.queries.agreement_source import (  # noqa: PLC0415 -- app registry
        cancellation_in_agreement,
    )

    register_source(cancellation_in_agreement)
