"""What a department is asked to do with a ticket."""

from hotline.wording import N_, Labelled


class Part(Labelled):
    """What a department is asked to do: lead and reply, or assist the lead."""

    LEAD = "lead", N_("Lead")
    ASSIST = "assist", N_("Assist")
