"""Staff of a role, and the roles that the migration makes."""

from django.contrib.auth.models import Group

from accounts.models import User


def staff(role: str) -> User:
    """A new member of staff in that role."""
    person = User.objects.create_user(
        email=f"{role.replace(' ', '.').lower()}@example.com", name=role, role=User.Role.STAFF
    )
    person.groups.add(Group.objects.get(name=role))
    return person


def superuser() -> User:
    """Someone who may do everything."""
    return User.objects.create_superuser(email="root@example.com", name="Root")
