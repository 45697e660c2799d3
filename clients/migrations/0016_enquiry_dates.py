from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0015_wall_of_messages")]
    operations = [
        migrations.RemoveIndex("Enquiry", "enquiry_board"),
        migrations.RenameField("Enquiry", "state_since", "moved_at"),
        migrations.RenameField("Enquiry", "kept_from", "touched_at"),
        migrations.AddIndex(
            "Enquiry",
            models.Index(fields=["practice", "state", "-moved_at"], name="enquiry_board"),
        ),
    ]
