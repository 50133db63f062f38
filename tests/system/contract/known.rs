//! Where we knowingly do other than the published schemas. `C` and a number name the entry of the
//! protocol notes' register of conflicts.

use std::collections::BTreeSet;

use super::document::{CANCEL, Document, ORDERS, SIMULATION};
use crate::harness::Reply;

/// Where an answer of ours differs from the published schema, and why it does: `*` stands for any
/// position of an array.
pub(super) struct Contradiction {
    answer: &'static str,
    deviation: &'static str,
    /// What the documents say elsewhere, or what the marketplace does.
    reason: &'static str,
}

pub(super) const KNOWN: [Contradiction; 16] = [
    Contradiction {
        answer: SIMULATION,
        deviation: "/country: null is no string",
        reason: "its description: null where it is not sent (protocol §8 D4)",
    },
    Contradiction {
        answer: SIMULATION,
        deviation: "/postalCode: null is no string",
        reason: "its description: null for a storefront (protocol §8 D4)",
    },
    Contradiction {
        answer: SIMULATION,
        deviation: "/items/*/merchantName: null is no string",
        reason: "its description: null if the marketplace takes the payment (protocol §8 D17)",
    },
    Contradiction {
        answer: SIMULATION,
        deviation: "/items/*/unitMultiplier: a fraction is no integer",
        reason: "what is sold by weight has multipliers like 0.5; other schemas have number",
    },
    Contradiction {
        answer: ORDERS,
        deviation: ": an array is no object",
        reason: "the marketplace sends arrays and wants arrays (protocol §8 D1)",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/clientProfileData/documentType: null is no string",
        reason: "an echo: shoppers without one are sent with null",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/items/*/bundleItems/*/quantity: unknown",
        reason: "an echo of the published request",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/items/*/itemsAttachment/*/id: unknown",
        reason: "an echo of the published request",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/items/*/itemsAttachment/*/url: unknown",
        reason: "an echo of the published request",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/marketingData: unknown",
        reason: "an echo; the published answer moves it into customData",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/marketplacePaymentValue: unknown",
        reason: "an echo; older documents have it in the answer",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/marketplaceServicesEndpoint: unknown",
        reason: "an echo; older documents have it in the answer",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/openTextField: unknown",
        reason: "an echo; the published answer moves it into customData",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/shippingData/updateStatus: unknown",
        reason: "an echo of the published request",
    },
    Contradiction {
        answer: ORDERS,
        deviation: "/shippingData/logisticsInfo/*/deliveryWindow: null is no object",
        reason: "an echo: a delivery without a window is sent with null",
    },
    Contradiction {
        answer: CANCEL,
        deviation: ": nothing is no object",
        reason: "its description: an empty body says that the seller is evaluating",
    },
];

/// What was seen to differ, by answer.
#[derive(Default)]
pub(super) struct Deviations(BTreeSet<(&'static str, String)>);

impl Deviations {
    /// Notes how the answer to a published operation differs from its schema.
    pub(super) fn note(&mut self, document: &Document, operation: &'static str, reply: &Reply) {
        let text = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, 200, "{operation}: {text}");
        let found = document.deviations(operation, &reply.body);
        self.0.extend(found.into_iter().map(|one| (operation, one)));
    }

    /// Each is known for `operations`, and what is known is true.
    pub(super) fn are_those_known(self, operations: &[&str]) {
        let of_these = KNOWN.iter().filter(|one| operations.contains(&one.answer));
        let unseen: Vec<_> = of_these
            .filter(|one| !self.0.contains(&(one.answer, one.deviation.to_owned())))
            .map(|one| (one.answer, one.deviation, one.reason))
            .collect();
        let known = |answer, deviation: &str| {
            KNOWN
                .iter()
                .any(|one| one.answer == answer && one.deviation == deviation)
        };
        let unknown: Vec<_> = self
            .0
            .iter()
            .filter(|(answer, deviation)| !known(*answer, deviation))
            .collect();
        assert!(unknown.is_empty(), "answers break the schema: {unknown:#?}");
        assert!(unseen.is_empty(), "no longer so: {unseen:#?}");
    }
}
