from coachops.questionnaires.models.questionnaires import Questionnaire, QuestionnaireVersion
from coachops.questionnaires.models.responses import (
    AnswerComment,
    AnswerFile,
    Response,
    ResponseAnswer,
)

__all__ = [
    "AnswerComment",
    "AnswerFile",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "ResponseAnswer",
]
