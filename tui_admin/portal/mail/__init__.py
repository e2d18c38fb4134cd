"""Mail to people: written (`drafts`), aimed (`audiences`), looked at (`previews`), sent (`sending`, `queueing`), looked
after (`messages`, `holding`, `doubts`), and what keeps it back (`suppressions`, `bounces`, `delivery`, `check`)."""
