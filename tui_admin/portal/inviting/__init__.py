"""People who are to join: invited from a list (`inviting`, over `people_list`), held against a full roster (`roster`),
listed while they have not answered (`invitations`), mailed again or withdrawn (`invitation_acts`)."""
