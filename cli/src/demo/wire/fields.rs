//! What of each body is worth a look.

use feirante_sandbox_marketplace::CallName;

/// The label of a field, which may be empty, and the JSON pointer to it.
pub(super) type Field = (&'static str, &'static str);

/// What of a call's bodies is: of the request's, and of the answer's.
pub(super) const fn of_call(name: CallName) -> (&'static [Field], &'static [Field]) {
    const RECEIPT: &[Field] = &[("receipt", "/receipt")];
    match name {
        CallName::Suggestion => (
            &[
                ("SkuName", "/SkuName"),
                ("EAN", "/EAN"),
                ("quantity", "/AvailableQuantity"),
                ("price", "/Pricing/SalePrice"),
            ],
            &[("", "/status")],
        ),
        CallName::Simulate => (
            &[("items", "/items"), ("to", "/postalCode")],
            &[
                ("items", "/items"),
                ("stock", "/logisticsInfo/0/stockBalance"),
                ("by", "/logisticsInfo/0/slas"),
            ],
        ),
        CallName::Place => (
            &[
                ("order", "/0/marketplaceOrderId"),
                ("value", "/0/marketplacePaymentValue"),
                ("items", "/0/items"),
            ],
            &[
                ("orderId", "/0/orderId"),
                ("followUpEmail", "/0/followUpEmail"),
            ],
        ),
        CallName::Authorize => (
            &[("order", "/marketplaceOrderId")],
            &[("orderId", "/orderId"), ("receipt", "/receipt")],
        ),
        CallName::Cancel => (
            &[
                ("reason", "/reason"),
                ("requestedByUser", "/requestedByUser"),
            ],
            &[("orderId", "/orderId"), ("receipt", "/receipt")],
        ),
        CallName::Invoice => (
            &[
                ("", "/type"),
                ("", "/invoiceNumber"),
                ("over", "/invoiceValue"),
                ("tracking", "/trackingNumber"),
                ("items", "/items"),
            ],
            RECEIPT,
        ),
        CallName::Shipment => (
            &[
                ("", "/courier"),
                ("", "/trackingNumber"),
                ("dispatched", "/dispatchedDate"),
            ],
            RECEIPT,
        ),
        CallName::Progress => (
            &[("isDelivered", "/isDelivered"), ("events", "/events")],
            RECEIPT,
        ),
        CallName::Cancellation => (&[("reason", "/reason")], RECEIPT),
        CallName::Announce
        | CallName::Price
        | CallName::Inventory
        | CallName::Agreement
        | CallName::Modify
        | CallName::Unknown => (&[], &[]),
    }
}

/// What of an ERP's message is, by its queue's name in the ready file.
pub(super) fn of_message(queue: &str) -> &'static [Field] {
    match queue {
        "invoices" => &[
            ("", "/type"),
            ("", "/invoiceNumber"),
            ("over", "/invoiceValue"),
            ("tracking", "/trackingNumber"),
            ("restock", "/restock"),
            ("items", "/items"),
        ],
        "tracking" => &[
            ("", "/invoiceNumber"),
            ("", "/courier"),
            ("", "/trackingNumber"),
            ("isDelivered", "/isDelivered"),
            ("events", "/events"),
        ],
        "cancellations" => &[("", "/action"), ("reason", "/reason")],
        _ => &[
            ("", "/type"),
            ("of", "/sku"),
            ("price", "/price"),
            ("dimensionsCm", "/dimensionsCm"),
        ],
    }
}

/// What of an event's data is.
pub(super) const OF_EVENT: &[Field] = &[
    ("invoice", "/invoice/invoiceNumber"),
    ("left", "/invoice/residual"),
    ("", "/failure/reason"),
    ("", "/failure/kind"),
    ("reason", "/reason"),
];
