"""Staff of a role, and the roles that the migration makes."""

from django.contrib.auth.models import Group

from accounts.models import Company, User

OF_COMPANIES = ("Site host", "Fleet manager")


def staff(role: str) -> User:
    """A new member of staff in that role; hosts and fleet managers are of a company."""
    company = Company.objects.create(name=f"{role} Ltd") if role in OF_COMPANIES else None
    person = User.objects.create_user(
        email=f"{role.replace(' ', '.').lower()}@example.com", name=role, role=User.Role.STAFF, company=company
    )
    person.groups.add(Group.objects.get(name=role))
    return person


def superuser() -> User:
    """Someone who may do everything."""
    return User.objects.create_superuser(email="root@example.com", name="Root")
