from django.urls import path

from . import views

urlpatterns = [
    path('pay/<uuid:name>', views.pay, name='pay'),
    path('vitumob-pay/orders/<uuid:name>', views.order),
    path('vitumob-pay/events', views.events),
]
