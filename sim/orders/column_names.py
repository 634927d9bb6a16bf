"""Names that columns go by, in the languages that shops write most, as `plain` writes them."""

from __future__ import annotations

_ADDRESSES = (
    "email emailaddress customeremail customeremailaddress buyeremail contactemail billingemail emailbilling useremail "
    "kundenemail clientemail correo courriel"
)
COLUMNS: dict[str, str] = {
    "customer": (
        "customerid customerno customernumber custid customerkey customercode clientid userid buyerid buyeruserid memberid "
        "accountid shopperid householdid householdkey personid contactid idcustomer uid customeruserid kundennummer kundennr "
        "kundeid kundenid numeroclient idclient codeclient idcliente clienteid numerocliente codicecliente klantnummer klantid "
        "klantnr idklienta klientid kundnummer kundid "
        # An address is one person's; a column called customer may hold names, which several share.
        f"{_ADDRESSES} "
        "customer client user buyer member account cust kunde kundin cliente klant klient kund customername"
    ),
    "date": (
        "orderdate date datetime orderdatetime purchasedate purchasedat orderedat createdat created orderplaced "
        "placedat dateoforder datecreated orderpurchasetimestamp ordertimestamp timestamp transactiondate "
        "transactiondatetime invoicedate saledate orderts paidat processedat completedat paymentdate ordertime time day "
        "dateadded dateadd createdutc createddate creationdate createdon orderedon placedon "
        "bestelldatum datum bestellzeit rechnungsdatum kaufdatum auftragsdatum erstelltam "
        "datecommande datedecommande dateachat dateheure fecha fechapedido fechadepedido fechadecompra dataordine data "
        "dataacquisto datapedido datadopedido besteldatum orderdatum aankoopdatum datazamowienia bestallningsdatum "
        "kopdatum"
    ),
    "amount": (
        "netamount netrevenue netsales nettotal amount ordertotal totalprice total totalamount orderamount ordervalue "
        "value revenue sales grandtotal totalsales totalpaid paid paidamount amountpaid price spend spent paymentvalue "
        "grossamount totalspent subtotal gross salesamount linetotal monetary monetaryvalue turnover dollars betrag "
        "bestellwert gesamtbetrag summe gesamtsumme gesamt umsatz gesamtpreis preis warenkorbwert nettobetrag "
        "bruttobetrag rechnungsbetrag montant totalttc montanttotal montantcommande prix chiffreaffaires importe "
        "importetotal monto precio valor ventas importo totale prezzo valore ricavo valortotal preco bedrag "
        "totaalbedrag totaal prijs omzet kwota wartosc suma cena belopp summa totalbelopp ordertotalamount nrevenue "
        "itemprice net"
    ),
    "order": (
        "orderid amazonorderid orderno ordernumber order ordername invoiceno invoice invoiceid invoicenumber transactionid "
        "transaction transactionno receiptno receiptid receipt basketid basket incrementid orderkey saleid purchaseid "
        "bestellnummer bestellnr bestellid bestellung auftragsnummer auftragsnr rechnungsnummer numerocommande "
        "numcommande idcommande commande numeropedido idpedido pedido numeroordine idordine ordine bestelnummer "
        "ordernummer numerzamowienia idzamowienia zamowienie"
    ),
    "currency": "currency currencycode ordercurrency waehrung wahrung devise moneda valuta moeda waluta divisa",
    "status": (
        "financialstatus orderstatus status paymentstatus state orderstate bestellstatus statut estado stato "
        "statuscommande zahlungsstatus auftragsstatus etat etatcommande etatdelacommande statutcommande estadopedido "
        "estadodelpedido situacao situacaodopedido statusdopedido statoordine bestelstatus statuszamowienia stan"
    ),
    "refunded": (
        "refundedamount refundamount amountrefunded refund refunded refunds totalrefunded orderrefundamount refundtotal "
        "totalrefunds erstattet erstattungsbetrag erstattung rembourse montantrembourse reembolso reembolsado rimborso "
        "rimborsato"
    ),
    "cancelled": (
        "cancelledat canceledat cancelled canceled iscancelled iscanceled cancelleddate storniert storniertam annule "
        "annulele"
    ),
    "test": "test istest testorder",
}
"""Names of columns by what they hold, the better first."""
ADDRESSES = frozenset(_ADDRESSES.split())
"""Of the names of customers' columns, those of e-mail addresses, which guests have too."""
PIECE_PRICE = ("unitprice", "priceperunit", "itemprice", "stuckpreis", "einzelpreis", "prixunitaire", "preciounitario")
LINE_PRICE = "amazonorderid"
"""A table with this column has the price of a whole line under the name of a piece's."""
QUANTITY = ("quantity", "qty", "menge", "anzahl", "quantite", "cantidad", "quantita", "quantidade", "aantal", "ilosc")
_ITEMS = (
    "artikel artikelnummer description ean isbn item itemid itemname lineitem lineitemid lineitemname lineitemprice linetotal "
    "lineitemquantity lineitemsku prodotto product productid productname producto produit produkt sku stockcode upc "
    "variant variantid"
)
LINE_ITEM = frozenset((*QUANTITY, *PIECE_PRICE, *_ITEMS.split()))
"""Names of columns that only lines of an order have."""
