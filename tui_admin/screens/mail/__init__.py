"""The screens of mail: messages, the wizard that writes one, how one is delivered, invitations."""
