//! Orders of every kind, with everything that can happen to an order.

use feirante_models::Cents;
use feirante_models::cancellation::CancellationDetails;
use feirante_models::erp::InvoiceType;
use feirante_models::events::FailedDelivery;
use feirante_models::modification::AgreementName;
use feirante_models::outward::AgreementType;
use feirante_seller::fees::FeeTerms;
use feirante_seller::ledger::{Invoice, Ledger, Stage};
use feirante_seller::order::{
    Canceling, Change, Entry, Modifications, Order, Receipt, RequestedCancellation, Review, Sent,
    State, Undelivered,
};
use serde_json::json;

use crate::samples::{at, change_request_id, invoice, invoice_number, order, sent};

/// Orders with every state, and one with everything that can happen to an order.
pub(super) fn every_kind() -> Vec<Order> {
    let base = |id: &str, state: State| Order {
        state,
        ..order(id, &[])
    };
    let receipt = |what: &str| Receipt {
        date: at(1),
        receipt: what.to_owned(),
    };
    let requested = |refused| {
        Some(RequestedCancellation {
            requested_at: at(2),
            refused,
        })
    };
    let authorized = |cancellation| State::Authorized {
        authorization: receipt("a"),
        cancellation,
    };
    let units = [("9007199254740993", 1), ("ção #1/2", 4_000_000_000)];
    let sale = invoice("NFe-1", InvoiceType::Output, 5000, &units, 6);
    let mut sold = base(
        "sold",
        State::PartiallyInvoiced {
            authorization: receipt("a"),
        },
    );
    for (number, stage) in [
        ("NFe-1", Stage::Delivered),
        ("NFe-2", Stage::Pending),
        ("NFe-3", Stage::GivenUp),
    ] {
        let invoice = Invoice {
            number: invoice_number(number),
            stage,
            ..sale.clone()
        };
        sold.invoices = ledger_with(&sold.invoices, &invoice);
    }
    let mut long = base(
        "long",
        State::Expired {
            expired_at: at(3),
            payment_refused: true,
        },
    );
    long.review = Review::Pending;
    long.order_group = None;
    long.services_endpoint = Some("https://oms.example/api?an=mkt1".to_owned());
    long.differing_payment_value = None;
    long.fees = Some(fee_terms());
    long.total = Cents::new(i64::MAX);
    long.lines = order(
        "long",
        &[
            ("9007199254740993", "main", 1),
            ("ção #1/2", "far", 4_000_000_000),
        ],
    )
    .lines;
    long.lines[0].shipping_method = None;
    let everything = CancellationDetails {
        cancellation_request_id: Some("8583".to_owned()),
        reason: Some("não quero".to_owned()),
        requested_by_user: Some(true),
    };
    long.timeline.extend(
        [
            Change::Placed {
                theirs: Cents::ZERO,
                ours: Cents::ZERO,
                needs_review: true,
            },
            Change::Authorized,
            Change::Released {
                theirs: Cents::ZERO,
                ours: Cents::new(i64::MAX),
                by: "ana".to_owned(),
                reason: None,
            },
            Change::Rejected {
                theirs: Cents::new(1),
                ours: Cents::ZERO,
                by: "joão".to_owned(),
                reason: "não".to_owned(),
            },
            Change::CancellationRequested {
                details: CancellationDetails::default(),
            },
            Change::CancellationRequested {
                details: everything,
            },
            Change::CancellationRefused { reason: None },
            Change::CancellationRefused {
                reason: Some("packed".to_owned()),
            },
            Change::Canceled { sent: None },
            Change::Expired,
        ]
        .into_iter()
        .chain(outward())
        .map(|change| Entry { at: at(4), change }),
    );
    long.invoices = sold.invoices.clone();
    long.canceling = Some(Canceling {
        since: at(4),
        reason: "acabou".to_owned(),
        given_up: true,
        asked_before: true,
    });
    let mut modified = base("modified", authorized(None));
    modified.modifications = modifications();
    vec![
        sold,
        modified,
        base(
            "placed",
            State::Placed {
                reserved_until: at(5),
            },
        ),
        base("authorized", authorized(None)),
        base("requested", authorized(requested(false))),
        base("refused", authorized(requested(true))),
        base(
            "canceled",
            State::Canceled {
                receipt: receipt("c"),
            },
        ),
        long,
    ]
}

/// Modifications at every stage; one of them is open, with everything that may be asked for.
fn modifications() -> Modifications {
    let alterations = json!({
        "remove": [{"sku": "ção #1/2", "quantity": 4_000_000_000_i64, "price": 0}],
        "replace": [{
            "from": [{"sku": "1", "quantity": 1}],
            "to": [{
                "sku": "9007199254740993", "quantity": 1, "price": i64::MAX,
                "delivery": {"method": "Normal", "price": 200},
            }],
        }],
        "add": [{"sku": "2", "quantity": 1}],
        "discount": 1, "increment": i64::MAX,
    });
    let modification = |name: &str, stage: &str| {
        json!({
            "id": name, "requestedAt": at(3), "reason": "não serviu", "contentHash": "h",
            "difference": {"items": -1, "shipping": 0, "manual": i64::MIN}, "stage": stage,
        })
    };
    let mut open = modification("c-1", "acknowledged");
    open["alterations"] = alterations;
    let others = ["applied", "confirmed", "over"];
    let others = others.map(|stage| modification(stage, stage));
    let mut given_up = modification("given_up", "applied");
    given_up["givenUp"] = json!(true);
    let all: Vec<_> = others.into_iter().chain([given_up, open]).collect();
    serde_json::from_value(json!(all)).unwrap()
}

/// What the marketplace is told of, as a timeline has it.
fn outward() -> Vec<Change> {
    let invoice_number = invoice_number("NFe-1");
    let silent = Sent {
        attempts: u32::MAX,
        receipt: None,
    };
    let failed = |kind, invoice_number| Change::DeliveryFailed {
        undelivered: Undelivered {
            agreement: (kind == FailedDelivery::Agreement).then(|| AgreementName {
                change_request_id: change_request_id("c-1"),
                agreement_type: AgreementType::Confirmation,
            }),
            kind,
            invoice_number,
            status: 504,
            reason: "unanswered".to_owned(),
            detail: "não respondeu".to_owned(),
        },
    };
    vec![
        Change::PaymentRefused,
        Change::CancellationStarted {
            reason: "acabou".to_owned(),
        },
        Change::Canceled { sent: Some(sent()) },
        Change::Canceled {
            sent: Some(silent.clone()),
        },
        Change::RefundSettled,
        Change::InvoiceAccepted {
            invoice_number: invoice_number.clone(),
            kind: InvoiceType::Output,
            value: Cents::new(i64::MAX),
        },
        Change::InvoiceSent {
            invoice_number: invoice_number.clone(),
            kind: InvoiceType::Input,
            value: Cents::new(1),
            residual: Cents::ZERO,
            sent: sent(),
        },
        Change::InvoiceWaived {
            invoice_number: invoice_number.clone(),
            kind: InvoiceType::Output,
            detail: "não".to_owned(),
        },
        Change::ShipmentSent {
            invoice_number: invoice_number.clone(),
            sent: silent,
        },
        Change::ProgressSent {
            invoice_number: invoice_number.clone(),
            events: 200,
            is_delivered: true,
            order_delivered: false,
            sent: sent(),
        },
        Change::ModificationRequested {
            change_request_id: change_request_id("c-1"),
            reason: "não serviu".to_owned(),
        },
        Change::ModificationAcknowledged {
            change_request_id: change_request_id("c-1"),
            sent: sent(),
        },
        Change::ModificationWithdrawn {
            change_request_id: change_request_id("c-1"),
            reason: None,
        },
        Change::ModificationApplied {
            change_request_id: change_request_id("c-1"),
            total: Cents::new(i64::MAX),
        },
        Change::ModificationAskedAgain {
            change_request_id: change_request_id("c-1"),
        },
        Change::ModificationConfirmed {
            change_request_id: change_request_id("c-1"),
            sent: sent(),
        },
        failed(FailedDelivery::Agreement, None),
        failed(FailedDelivery::Invoice, Some(invoice_number)),
        failed(FailedDelivery::Cancellation, None),
        Change::Folded {
            count: u64::MAX >> 1,
            until: at(9),
            last: Box::new(failed(FailedDelivery::Tracking, None)),
        },
    ]
}

/// A ledger is stored as the list of its invoices.
fn ledger_with(ledger: &Ledger, invoice: &Invoice) -> Ledger {
    let invoices: Vec<_> = ledger.iter().chain([invoice]).collect();
    serde_json::from_value(serde_json::to_value(invoices).unwrap()).unwrap()
}

/// Fees of every kind.
fn fee_terms() -> FeeTerms {
    let terms = json!({
        "commissionPercent": "12.50", "commissions": {"ção #1/2": "0"},
        "freightCommissionPercent": "100", "fixedPerItem": 1, "fixedPerOrder": 2,
        "announced": -1, "announcedIs": "total",
    });
    serde_json::from_value(terms).unwrap()
}
