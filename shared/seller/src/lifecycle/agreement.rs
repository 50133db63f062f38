//! What the marketplace is owed about a modification: that the seller knows of it, and that it is applied
//! (C11, protocol §3.12).

use feirante_models::modification::AgreementName;
use feirante_models::outward::AgreementType;
use feirante_models::{ChangeRequestId, Instant};

use super::{Finality, Outcome, StockEffect};
use crate::order::{Change, ModificationStage, Modifications, Order, Sent};

/// Whether the marketplace has still to be told that the seller agrees so far. Once a modification is
/// applied nobody waits for its acknowledgment.
#[must_use]
pub fn owes_agreement(order: &Order, id: &ChangeRequestId, agreement: AgreementType) -> bool {
    let stage = order.modifications.get(id).map(|known| &known.stage);
    matches!(
        (stage, agreement),
        (
            Some(ModificationStage::Requested { .. }),
            AgreementType::Acknowledgment
        ) | (
            Some(ModificationStage::Applied { .. }),
            AgreementType::Confirmation
        )
    )
}

/// The marketplace has taken the seller's agreement (C11).
#[must_use]
pub fn agreement_sent(
    order: &Order,
    id: &ChangeRequestId,
    agreement: AgreementType,
    sent: Sent,
    now: Instant,
) -> Outcome<()> {
    if !owes_agreement(order, id, agreement) {
        return Outcome::Unchanged(());
    }
    let change_request_id = id.clone();
    let alterations = order
        .modifications
        .get(id)
        .and_then(|known| known.stage.alterations());
    let (stage, change) = match alterations.cloned() {
        Some(alterations) => (
            ModificationStage::Acknowledged { alterations },
            Change::ModificationAcknowledged {
                change_request_id,
                sent,
            },
        ),
        None => (
            ModificationStage::Confirmed,
            Change::ModificationConfirmed {
                change_request_id,
                sent,
            },
        ),
    };
    let order = Order {
        modifications: order.modifications.at_stage(id, stage),
        ..order.changed(order.state.clone(), change, now)
    };
    Outcome::change(order, StockEffect::Keep, ())
}

/// The order's modifications when the marketplace could not be told of `agreement`.
///
/// One it will not hear of comes to nothing. One that is applied stays so: the marketplace learns of it
/// when it asks again, or when the message is sent again, and nothing waits for that.
pub(super) fn without_agreement(
    order: &Order,
    agreement: &AgreementName,
    finality: Finality,
) -> Modifications {
    let id = &agreement.change_request_id;
    let stage = order.modifications.get(id).map(|known| &known.stage);
    let stage = match (stage, agreement.agreement_type, finality) {
        (
            Some(ModificationStage::Requested { .. }),
            AgreementType::Acknowledgment,
            Finality::Refused,
        ) => ModificationStage::Over,
        (Some(ModificationStage::Applied { .. }), AgreementType::Confirmation, _) => {
            ModificationStage::Applied { given_up: true }
        }
        _ => return order.modifications.clone(),
    };
    order.modifications.at_stage(id, stage)
}
