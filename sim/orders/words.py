"""Words that exports use, in the languages that shops write most: months, states of an order, names of columns."""

from __future__ import annotations

import unicodedata

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
WEEKDAYS = frozenset(
    ["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"]
)

CANCELLED = frozenset(
    ["cancelled", "canceled", "cancel", "void", "voided", "failed", "failure", "declined", "rejected", "denied", "expired", "trash", "draft", "checkoutdraft", "abandoned", "fraud", "test", "error", "storniert", "abgebrochen", "annulliert", "fehlgeschlagen", "annule", "annulee", "echoue", "cancelado", "cancelada", "anulado", "anulada", "fallido", "annullato", "annullata", "fallito", "geannuleerd", "mislukt", "anulowane", "anulowano", "nieudane", "avbruten", "annulleret", "autocancelled", "reversed"]
)
"""States of an order that never was one, as `plain` writes them."""
REFUNDED = frozenset(
    ["refunded", "fullyrefunded", "refund", "returned", "chargeback", "chargedback", "erstattet", "ruckerstattet", "zuruckgegeben", "retourniert", "rembourse", "remboursee", "retourne", "reembolsado", "reembolsada", "devuelto", "devolvido", "rimborsato", "rimborsata", "reso", "terugbetaald", "geretourneerd", "zwrocone", "aterbetald"]
)
"""States of an order that was paid back whole."""
PARTLY_REFUNDED = frozenset(
    ["partiallyrefunded", "partialrefund", "partlyrefunded", "teilweiseerstattet", "partiellementrembourse", "parcialmentereembolsado", "parzialmenterimborsato"]
)
UNPAID = frozenset(
    ["pending", "unpaid", "onhold", "pendingpayment", "awaitingpayment", "authorized", "authorised", "partiallypaid", "offen", "unbezahlt", "ausstehend", "enattente", "pendiente", "pendente", "inattesa"]
)
FALSE = frozenset(("", "0", "false", "no", "n", "f", "nein", "non", "nao", "falso", "faux", "null", "none", "nan", "-", "nat"))
"""What a column of yes and no says for no; any other text, a date of cancellation too, is a yes."""

COLUMNS: dict[str, str] = {
    "customer": "customerid customer customerno customernumber custid customerkey customercode clientid client userid user "
    "buyerid buyer memberid member accountid account shopperid householdid householdkey personid contactid email emailaddress "
    "customeremail buyeremail contactemail billingemail useremail cust id_customer uid kundennummer kundennr kunde kundeid "
    "kundenid kundin kundenemail numeroclient idclient codeclient clientemail idcliente cliente clienteid numerocliente "
    "codicecliente klantnummer klantid klant klantnr idklienta klient klientid kundnummer kund kundid correo courriel customername",
    "date": "orderdate date datetime orderdatetime purchasedate purchasedat orderedat createdat created orderplaced placedat "
    "dateoforder datecreated orderpurchasetimestamp ordertimestamp timestamp transactiondate transactiondatetime invoicedate saledate "
    "orderts paidat processedat completedat paymentdate ordertime time day dateadded createdutc bestelldatum datum bestellzeit rechnungsdatum kaufdatum "
    "auftragsdatum erstelltam datecommande datedecommande dateachat dateheure fecha fechapedido fechadepedido fechadecompra dataordine data "
    "dataacquisto datapedido datadopedido besteldatum orderdatum aankoopdatum datazamowienia bestallningsdatum kopdatum",
    "amount": "netamount netrevenue netsales nettotal amount ordertotal totalprice total totalamount orderamount ordervalue value revenue sales "
    "grandtotal totalsales totalpaid paid paidamount amountpaid price spend spent paymentvalue grossamount totalspent subtotal gross "
    "salesamount linetotal monetary monetaryvalue turnover dollars betrag bestellwert gesamtbetrag summe gesamtsumme gesamt umsatz gesamtpreis preis "
    "warenkorbwert nettobetrag bruttobetrag rechnungsbetrag montant total_ttc montanttotal montantcommande prix chiffreaffaires importe "
    "importetotal monto precio valor ventas importo totale prezzo valore ricavo valortotal preco bedrag totaalbedrag totaal prijs omzet "
    "kwota wartosc suma cena belopp summa totalbelopp",
    "order": "orderid orderno ordernumber order ordername invoiceno invoice invoiceid invoicenumber transactionid transaction transactionno receiptno "
    "receiptid receipt basketid basket incrementid orderkey saleid purchaseid bestellnummer bestellnr bestellid bestellung auftragsnummer auftragsnr "
    "rechnungsnummer numerocommande numcommande idcommande commande numeropedido idpedido pedido numeroordine idordine ordine "
    "bestelnummer ordernummer numerzamowienia idzamowienia zamowienie",
    "currency": "currency currencycode ordercurrency waehrung wahrung devise moneda valuta moeda waluta divisa",
    "status": "financialstatus orderstatus status paymentstatus state orderstate bestellstatus statut estado stato statuscommande zahlungsstatus",
    "refunded": "refundedamount refundamount amountrefunded refund refunded refunds totalrefunded erstattet erstattungsbetrag erstattung rembourse "
    "montantrembourse reembolso reembolsado rimborso rimborsato",
    "cancelled": "cancelledat canceledat cancelled canceled iscancelled iscanceled cancelleddate storniert storniertam annule annulele",
    "test": "test istest testorder",
}  # fmt: skip
"""Names of columns by what they hold, as `plain` writes them, the better first."""
ORDER_OF_PRICE = ("unitprice", "priceperunit", "itemprice", "stuckpreis", "einzelpreis", "prixunitaire", "preciounitario")
QUANTITY = ("quantity", "qty", "menge", "anzahl", "quantite", "cantidad", "quantita", "quantidade", "aantal", "ilosc")
LINE_ITEM = frozenset(
    (*QUANTITY, *ORDER_OF_PRICE, *["sku", "product", "productid", "productname", "item", "itemid", "itemname", "stockcode", "description", "lineitem", "lineitemid", "lineitemname", "lineitemsku", "lineitemprice", "lineitemquantity", "variant", "variantid", "artikel", "artikelnummer", "produkt", "produit", "producto", "prodotto", "upc", "ean", "isbn"])
)  # fmt: skip
"""Names of columns that only lines of an order have."""


def plain(text: str) -> str:
    """A name without accents, spaces, signs and capitals."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L"))
    return "".join(letter for letter in apart.lower() if letter.isascii() and letter.isalnum())
