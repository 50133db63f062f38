use super::*;

fn written(message: &str) -> String {
    let message = InvoiceMessage::read(message.as_bytes()).unwrap();
    let sent_at = Instant::parse("2026-11-21T08:00:00Z").unwrap();
    serde_json::to_string(&InvoiceBody::of(&message, sent_at)).unwrap()
}

#[test]
fn an_invoice_alone_has_empty_texts_for_its_package() {
    insta::assert_snapshot!(written(r#"{"orderId":"mkt1-1-01","type":"Output",
        "invoiceNumber":"NFe-00001","issuanceDate":"2026-11-21","invoiceValue":7590,
        "items":[{"id":"2000037","quantity":1,"price":7390}],"dispatchedDate":"2026-11-22"}"#), @r#"{"type":"Output","invoiceNumber":"NFe-00001","invoiceValue":7590,"issuanceDate":"2026-11-21T00:00:00.000Z","courier":"","trackingNumber":"","trackingUrl":"","items":[{"id":"2000037","quantity":1,"price":7390}]}"#);
}

#[test]
fn everything_given_goes_out() {
    insta::assert_snapshot!(written(r#"{"orderId":"mkt1-1-01","type":"Input","invoiceNumber":2,
        "invoiceValue":7590,"items":[{"id":2000037,"quantity":1,"price":7390,"description":"blue"}],
        "invoiceKey":"1","invoiceUrl":"https://nf.example/2","embeddedInvoice":"<nfe/>",
        "courier":"Correios","trackingNumber":"SR1","trackingUrl":"https://t.example/SR1",
        "dispatchedDate":"2026-11-22","restock":true}"#), @r#"{"type":"Input","invoiceNumber":"2","invoiceValue":7590,"issuanceDate":"2026-11-21T08:00:00.000Z","invoiceKey":"1","invoiceUrl":"https://nf.example/2","embeddedInvoice":"<nfe/>","courier":"Correios","trackingNumber":"SR1","trackingUrl":"https://t.example/SR1","dispatchedDate":"2026-11-22","items":[{"id":"2000037","quantity":1,"price":7390,"description":"blue"}]}"#);
}
