import json

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .models import Order, PaymentEvent
from .standard_webhooks import is_signed


@never_cache
@require_GET
def pay(request, name):
    """The page on which an order is paid. If customers sign in, look the order up among those of `request.user`."""
    context = {'order': find(Order.objects, name), 'payments': settings.VITUMOB_PAY_SERVER.rstrip('/') + '/payments/mpesa'}
    return render(request, 'vitumob_pay/pay.html', context)


@never_cache
@require_GET
def order(request, name):
    """ORDERS_URL: what an order costs."""
    return JsonResponse({'amount': find(Order.objects, name).price})


@csrf_exempt  # The signature says who asks.
@require_POST
def events(request):
    """WEBHOOK_URL: what became of a payment. Answers 2xx once it is in the database; until then it is told again."""
    if not is_signed(settings.VITUMOB_PAY_WEBHOOK_SECRET, request.headers, request.body):
        return JsonResponse({'error': 'The signature, or the time of it, is wrong'}, status=401)
    try:
        event = json.loads(request.body)
        kind, data = event['type'], event['data']
        name, amount = data['order_id'], data['amount']
        if not all(isinstance(text, str) for text in (kind, name, amount)):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({'error': 'This is no event of a payment'}, status=400)

    with transaction.atomic():
        # Locked, so that events of one order wait for each other.
        found = find(Order.objects.select_for_update(), name)
        _, is_new = PaymentEvent.objects.get_or_create(id=request.headers['webhook-id'], defaults={'order': found})
        if is_new:
            settle(found, kind, amount, data.get('receipt') or '')
            found.save()
    return HttpResponse(status=204)


def find(orders, name):
    found = orders.filter(name=name).first()
    # Databases may compare without letter case, and an order has one name.
    if found is None or found.name != name:
        raise Http404('There is no such order')
    return found


def settle(found, kind, amount, receipt):
    what = f'KES {amount}, M-Pesa receipt {receipt or "not known yet"}'
    if kind == 'payment.failed':
        return  # The customer may try again.
    if kind == 'payment.review':
        found.problem += f'Nobody can tell whether this is paid. Look it up in the M-Pesa portal: {what}.\n'
    elif kind == 'payment.paid_again' or (kind == 'payment.paid' and found.paid_at):
        found.problem += f'Paid a second time. Give it back: {what}.\n'
    elif kind == 'payment.paid' and amount != found.price:
        found.problem += f'Paid, but the order costs KES {found.price} now: {what}.\n'
    elif kind == 'payment.paid':
        found.paid_at = timezone.now()
        found.receipt = receipt
        # Deliver here, or better: after the transaction, by transaction.on_commit.
