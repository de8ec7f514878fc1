"""What the tests of the pages share."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.kernel.access import Role
from app.organisations.models import Organisation
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient


@pytest.fixture
def academy(db: Session) -> Organisation:
    return make_organisation(name="Academy")


@pytest.fixture
def manager(client: PageClient, academy: Organisation) -> Account:
    account = make_account_with(Role.TRAINING_MANAGER, academy, full_name="Phạm Thị Lan")
    client.sign_in(account)
    return account
