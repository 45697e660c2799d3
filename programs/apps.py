from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from clients.queries.agreement_fields import (  # noqa: PLC0415 -- app registry
            register_source,
        )
        from clients.queries.agreement_templates import (  # noqa: PLC0415 -- app registry
            register_programs,
        )
        from programs.queries.agreement_source import (  # noqa: PLC0415 -- app registry
            program_in_agreement,
            programs_by_name,
        )

        register_source(program_in_agreement)
        register_programs(programs_by_name)
