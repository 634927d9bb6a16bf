"""Words that exports use, in the languages that shops write most: months and the states of an order."""

from __future__ import annotations

import unicodedata


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS = (
    "jan january januar janvier enero ene gennaio gen januari janeiro styczen stycznia sty",
    "feb february februar fevrier fevr fev febrero febbraio februari fevereiro luty lutego lut",
    "mar march marz maerz mars marzo maart mrt marco marzec marca",
    "apr april avril avr abril abr aprile kwiecien kwietnia kwi",
    "may mai mayo maggio mag mei maio maj maja",
    "jun june juni juin junio giugno giu junho czerwiec czerwca cze",
    "jul july juli juillet juil julio luglio lug julho lipiec lipca lip",
    "aug august aout agosto ago augustus sierpien sierpnia sie augusti",
    "sep sept september septembre septiembre settembre set setembro wrzesien wrzesnia wrz",
    "oct october oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz",
    "nov november novembre noviembre novembro listopad listopada lis",
    "dec december dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia gru",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
"""Number of a month by its name or a short form of it, without accents."""
WEEKDAYS = _set(
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday mo di mi do "
    "fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi "
    "dimanche lun mar mer jeu ven sam dim lunes martes miercoles jueves viernes sabado domingo"
)

CANCELLED = _set(
    "cancelled canceled cancel void voided failed failure declined rejected denied expired trash draft checkoutdraft "
    "abandoned fraud test error storniert abgebrochen annulliert fehlgeschlagen annule annulee echoue cancelado "
    "cancelada anulado anulada fallido annullato annullata fallito geannuleerd mislukt anulowane anulowano nieudane "
    "avbruten annulleret autocancelled reversed storno stornierung erreurdepaiement zahlungsfehler incomplete "
    "blocked requirespaymentmethod requiresconfirmation requiresaction kansellert zruseno zrusena"
)
"""States of an order that never was one, as `plain` writes them."""
REFUNDED = _set(
    "refunded fullyrefunded refund returned chargeback chargedback erstattet ruckerstattet zuruckgegeben retourniert "
    "rembourse remboursee retourne reembolsado reembolsada devuelto devolvido rimborsato rimborsata reso terugbetaald "
    "geretourneerd zwrocone zwrocono zwrot aterbetald remboursement ruckerstattung reembolso rimborso"
)
"""States of an order that was paid back whole."""
PARTLY_REFUNDED = _set(
    "partiallyrefunded partialrefund partlyrefunded teilweiseerstattet teilerstattet partiellementrembourse "
    "partiellementremboursee parcialmentereembolsado parzialmenterimborsato"
)
UNPAID = _set(
    "pending unpaid onhold pendingpayment awaitingpayment authorized authorised partiallypaid offen unbezahlt "
    "ausstehend enattente enattentedepaiement enattentedupaiement pendiente pendente inattesa uncaptured wartetaufzahlung "
    "oczekujace oczekujenaplatnosc"
)
GOOD = _set(
    "paid completed complete closed processing processed fulfilled shipped delivered success succeeded approved "
    "captured confirmed open active ok done sent bezahlt abgeschlossen versendet geliefert paye payee terminee expediee "
    "pagado completado enviado pagato completato spedito betaald voltooid verzonden zaplacone zrealizowane betald "
    "invoiced unfulfilled partial partiallyfulfilled instock settled new neu neue nouveau nouvelle nuevo nuovo novo nowe "
    "awaitingfulfillment awaitingshipment awaitingpickup partiallyshipped readyforpickup intransit shippeddeliveredtobuyer "
    "inbearbeitung versandt paiementaccepte livre livree preparationencours encoursdepreparation expedie entregado entregue "
    "consegnato verwerkt afgerond wyslane wyslano dostarczone oplacone oplacono levererad skickad pago pagada pagata"
) | {""}
"""States of an order that stands; an empty cell is one too."""
KINDS = _set("sale payment charge order purchase capture verkauf zahlung kauf vente achat paiement venta vendita")
"""What a column of kinds of transactions says of those that are no refunds."""
FALSE = _set("0 false no n f nein non nao falso faux null none nan - nat") | {""}
"""What a column of yes and no says for no; any other text, a date of cancellation too, is a yes."""

TOTALS = _set("total totals grandtotal subtotal sum summe gesamt gesamtsumme zwischensumme suma razem totale totaal")
"""What stands in the first column of a row of sums."""
YES = _set("1 true yes y t ja j oui si sim tak vrai wahr x")
"""What a column of yes and no says for yes, where another text may mean something else."""

_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR NGN NOK NZD PEN "
    "PHP PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
CODES = frozenset(_CODES.split())
"""Currencies that are told from other words of three letters in a heading."""
_OTHERS = (
    "AFN ALL AMD ANG AOA AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BSD BTC BTN BWP BYN BZD CDF CRC CUP CVE DJF DOP DZD EGP "
    "ERN ETB ETH FJD FKP GEL GHS GIP GMD GNF GTQ GYD HNL HRK HTG IQD IRR JMD JOD KGS KHR KMF KPW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MZN NAD NIO NPR OMR PAB PGK PKR PYG QAR RWF SBD SCR SDG SHP SLE "
    "SOS SRD SSP STN SVC SYP SZL TJS TMT TND TOP TTD TZS UGX UYU UZS VES VUV WST XAF XCD XOF XPF YER ZMW ZWL"
)
ALL_CODES = CODES | frozenset(_OTHERS.split())
"""What may stand for a currency beside the digits of an amount: ISO 4217, and what is traded like one."""


def plain(text: str) -> str:
    """A name without accents, spaces, signs and capitals."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L"))
    return "".join(letter for letter in apart.lower() if letter.isascii() and letter.isalnum())
