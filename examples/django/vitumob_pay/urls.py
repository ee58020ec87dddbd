from django.urls import path

from . import views

urlpatterns = [
    path('pay/<str:name>', views.pay, name='pay'),
    path('vitumob-pay/orders/<str:name>', views.order),
    path('vitumob-pay/events', views.events),
]
