from django.db import migrations

# Clients under a legal hold. Nobody removes a row of theirs, whatever role they act as: also not
# the one that carries out what periods and erasures say.
HELD = (
    "SELECT hold.client_id FROM retention_legalhold hold"
    " WHERE hold.practice_id = (SELECT app.practice_id()) AND hold.lifted_at IS NULL"
)
MINE = "practice_id = (SELECT app.practice_id())"
OF_CLIENT = f"client_id IN ({HELD})"
OF_SUBJECT = f"subject_id IN ({HELD})"


def through(column: str, table: str, condition: str) -> str:
    """SQL: the row hangs on one of another table, of which the condition holds."""
    return f"{column} IN (SELECT id FROM {table} WHERE {MINE} AND {condition})"  # noqa: S608 -- names


RESPONSE = through("response_id", "questionnaires_response", OF_SUBJECT)
SESSION = through("session_id", "scheduling_session", OF_CLIENT)
GOAL = through("goal_id", "tracking_goal", OF_CLIENT)
REPORT = through("report_id", "tracking_progressreport", OF_CLIENT)
ENGAGEMENT = through("engagement_id", "clients_engagement", OF_CLIENT)
AGREEMENT = through("agreement_id", "clients_agreement", ENGAGEMENT)
PROPOSAL = through("proposal_id", "clients_disclosureproposal", ENGAGEMENT)
PLAN = through("plan_id", "programs_engagementplan", ENGAGEMENT)
ACCOUNT = through("account_id", "programs_ledgeraccount", ENGAGEMENT)
POLL = through("poll_id", "scheduling_poll", ENGAGEMENT)
OPENING = through("request_id", "retention_breakglass", OF_CLIENT)

TABLES = {
    OF_CLIENT: (
        "clients_coachassignment clients_coachingmessage clients_contentread clients_delegation"
        " clients_enquiry clients_intake clients_logisticsmessage clients_messagethread"
        " correspondence_addressbounce correspondence_maillogentry correspondence_mailpreference"
        " retention_breakglass retention_releasednote scheduling_cohortmember"
        " scheduling_pollshares scheduling_schedulingrequest scheduling_seat scheduling_series"
        " scheduling_session tracking_actionitem tracking_askedquestionnaire tracking_fileconsent"
        " tracking_filesummary tracking_goal tracking_goalwording tracking_privatenote"
        " tracking_progressreport tracking_reflection tracking_sessionpreparation"
        " tracking_sessionsummary tracking_sessiontheme transfer_importedrow"
    ),
    OF_SUBJECT: "questionnaires_response",
    RESPONSE: (
        "questionnaires_answercomment questionnaires_answerfile questionnaires_responseanswer"
    ),
    SESSION: (
        "scheduling_agreedpoint scheduling_bookinganswer scheduling_calendarcopy scheduling_claim"
        " scheduling_invitationreply"
    ),
    GOAL: "tracking_goalrating tracking_sponsorwording",
    REPORT: "tracking_reportfile",
    ENGAGEMENT: (
        "clients_agreement clients_disclosureproposal clients_engagementstakeholder"
        " clients_onboardingstep programs_engagementplan programs_ledgeraccount scheduling_poll"
    ),
    AGREEMENT: "clients_agreementfile clients_agreementsignature clients_agreementsigner",
    PROPOSAL: "clients_disclosuresignature",
    PLAN: "programs_plannedsession",
    ACCOUNT: "programs_ledgerentry",
    POLL: "scheduling_polloption scheduling_pollvoter",
    OPENING: "retention_breakglassconsent",
}
# Bound since the beginning, but for that one role.
KNOWN = ("clients_client", "clients_clientkey", "clients_engagement")

BIND = (
    "".join(
        f"ALTER POLICY not_on_hold ON {table} TO coachops_base, coachops_eraser;" for table in KNOWN
    )
    + "".join(
        f"CREATE POLICY not_on_hold ON {table} AS RESTRICTIVE FOR DELETE TO coachops_eraser"
        f" USING (({held}) IS NOT TRUE);"
        for held, tables in TABLES.items()
        for table in tables.split()
    )
    + """
CREATE POLICY not_on_hold ON retention_legalhold AS RESTRICTIVE FOR DELETE TO coachops_eraser
  USING (lifted_at IS NOT NULL);
"""
)
LOOSEN = (
    "DROP POLICY not_on_hold ON retention_legalhold;"
    + "".join(
        f"DROP POLICY not_on_hold ON {table};"
        for tables in TABLES.values()
        for table in tables.split()
    )
    + "".join(f"ALTER POLICY not_on_hold ON {table} TO coachops_base;" for table in KNOWN)
)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0004_second_person_in_turn"),
        ("clients", "0016_enquiry_dates"),
        ("correspondence", "0002_wall"),
        ("programs", "0004_wall_of_checklists"),
        ("questionnaires", "0002_wall"),
        ("scheduling", "0011_answers_of_seats"),
        ("tracking", "0012_asked_questionnaires_wall"),
        ("transfer", "0002_wall"),
    ]
    operations = [migrations.RunSQL(BIND, LOOSEN)]
