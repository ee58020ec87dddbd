"""A Django project of one file around examples/django, with orders that a test places. Its argument is the port."""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

root = Path(__file__).parents[3]
sys.path.insert(0, str(root / 'examples/django'))

settings.configure(
    DEBUG=True,
    ALLOWED_HOSTS=['127.0.0.1'],
    ROOT_URLCONF=__name__,
    SECRET_KEY='a secret of this test',
    INSTALLED_APPS=['django.contrib.staticfiles', 'vitumob_pay'],
    MIDDLEWARE=['django.middleware.security.SecurityMiddleware', 'django.middleware.csrf.CsrfViewMiddleware'],
    DATABASES={
        'default': {
            'ENGINE': 'django.db.backends.sqlite3',
            'NAME': os.path.join(os.environ['SHOP_FOLDER'], 'shop.db'),
            'OPTIONS': {'timeout': 20} if django.VERSION < (5, 1) else {'transaction_mode': 'IMMEDIATE', 'timeout': 20},
        }
    },
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}],
    STATIC_URL='/static/',
    STATICFILES_DIRS=[('vitumob_pay', root / 'dist')],
    USE_TZ=True,
    VITUMOB_PAY_SERVER=os.environ['VITUMOB_PAY_SERVER'],
    VITUMOB_PAY_WEBHOOK_SECRET=os.environ['VITUMOB_PAY_WEBHOOK_SECRET'],
)
django.setup()

from django.db.backends.sqlite3.base import DatabaseWrapper  # noqa: E402
from django.db.models.signals import post_save  # noqa: E402
from vitumob_pay.models import Order  # noqa: E402

if django.VERSION < (5, 1):
    # Without `transaction_mode`, SQLite refuses one of two transactions that read before they write.
    DatabaseWrapper._start_transaction_under_autocommit = lambda self: self.cursor().execute('BEGIN IMMEDIATE')

times_paid = defaultdict(set)


def count(instance, **_):
    if instance.paid_at:
        times_paid[instance.pk].add(instance.paid_at)


post_save.connect(count, sender=Order)


@csrf_exempt
def place(request):
    wanted = json.loads(request.body)
    order = Order.objects.create(amount=wanted.get('total', '1250.00'), phone=wanted.get('phone', '')[:32])
    page = request.build_absolute_uri(f'/pay/{order.name}')
    return JsonResponse({'id': order.pk, 'page': page, 'name': str(order.name)})


def look(request, pk):
    order = Order.objects.get(pk=pk)
    notes = order.problem.splitlines()
    return JsonResponse({'times': len(times_paid[pk]), 'receipt': order.receipt, 'notes': notes})


urlpatterns = [path('orders', place), path('orders/<int:pk>', look), path('', include('vitumob_pay.urls'))]

if __name__ == '__main__':
    call_command('migrate', run_syncdb=True, verbosity=0)
    call_command('runserver', f'127.0.0.1:{sys.argv[1]}', use_reloader=False)
