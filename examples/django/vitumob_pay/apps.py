from django.apps import AppConfig


class VitumobPayConfig(AppConfig):
    name = 'vitumob_pay'
    default_auto_field = 'django.db.models.BigAutoField'
