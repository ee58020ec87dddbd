import secrets
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models


# Without those that are taken for another when they are read out or copied by hand.
LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'


def new_name():
    """
    What the customer reads in the prompt, and quotes to the shop. M-Pesa shows 12 characters at most. It cannot be guessed:
    whoever has it may ask whether the order is paid.
    """
    return ''.join(secrets.choice(LETTERS) for _ in range(10))


class Order(models.Model):
    """Put these fields on an order of yours."""

    name = models.CharField(max_length=10, default=new_name, unique=True, editable=False)
    amount = models.DecimalField(max_digits=9, decimal_places=2, validators=[MinValueValidator(Decimal('1'))])
    phone = models.CharField(max_length=32, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=32, blank=True)
    # What a person has to look into.
    problem = models.TextField(blank=True)

    @property
    def price(self):
        """A plain decimal such as 1250 or 48744.50, as the tag and the server take it."""
        text = f'{self.amount:.2f}'
        return text.removesuffix('.00')


class PaymentEvent(models.Model):
    """An event that was handled: it may come again."""

    id = models.CharField(primary_key=True, max_length=255)
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    received_at = models.DateTimeField(auto_now_add=True)
