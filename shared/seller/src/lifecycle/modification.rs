//! Modifications of an order that the marketplace asks for (protocol §3.12, §4.4).
//!
//! Asked for (R6), it is open: the marketplace is told that the seller knows of it, and asks for it to
//! be applied (R8). Whatever else happens to the order first ends it: of an invoice, a cancellation and
//! a modification that race, the one that is written first holds.

use std::collections::HashMap;

use feirante_models::erp::InvoiceType;
use feirante_models::modification::{Difference, ModificationRequest, Withdrawal};
use feirante_models::outward::AgreementType;
use feirante_models::{ChangeRequestId, Code, Instant, ModificationCode, Problem, SkuId};

use super::{Outcome, StockEffect};
use crate::modification::{Modified, modified, refused};
use crate::offer::Offer;
use crate::order::size::{MOST_BYTES_OF_MODIFICATIONS, bytes};
use crate::order::{Change, Modification, ModificationStage, Order, State};
use crate::placement::Terms;

/// A modification that was asked for, and its answer: the same each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedModification {
    /// Its name.
    pub id: ChangeRequestId,
    /// When it was asked for first.
    pub requested_at: Instant,
    /// What it changes of the order's costs.
    pub difference: Difference,
}

impl From<&Modification> for RequestedModification {
    fn from(modification: &Modification) -> Self {
        Self {
            id: modification.id.clone(),
            requested_at: modification.requested_at,
            difference: modification.difference,
        }
    }
}

/// The marketplace asks to modify an order (R6). `offers` are those of the SKUs that are put on.
///
/// # Errors
/// ES012 for a known name with other content; SalesOrderSystem014 while another is open, 046 after an
/// invoice, 008 of a canceled order, ES018 of one that is not being prepared; what [`preview_modification`]
/// refuses.
pub fn request_modification(
    terms: &Terms<'_>,
    order: &Order,
    request: &ModificationRequest,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Outcome<RequestedModification>, Problem> {
    let id = name_of(order, request);
    if let Some(known) = order.modifications.get(&id) {
        if known.content_hash != request.content_hash {
            let why = format!("modification {id} exists with different content");
            return Err(Problem::new(Code::DifferentContent, why));
        }
        return Ok(Outcome::Unchanged(known.into()));
    }
    may_be_modified(order)?;
    if let Some(open) = order.modifications.open() {
        let why = format!("modification {} of the order is open", open.id);
        return Err(refused(ModificationCode::AnotherOpen, why));
    }
    let Modified {
        difference,
        alterations,
        ..
    } = modified(terms, order, &request.alterations, offers)?;
    let modification = Modification {
        id: id.clone(),
        requested_at: terms.now,
        reason: request.reason.clone(),
        content_hash: request.content_hash.clone(),
        difference,
        stage: ModificationStage::Requested { alterations },
    };
    let answer = RequestedModification::from(&modification);
    let modifications = order.modifications.with(modification);
    if bytes(&modifications) > MOST_BYTES_OF_MODIFICATIONS {
        let why = "the order has been modified too often, or by too much at once";
        return Err(Problem::new(Code::IllegalTransition, why));
    }
    let change = Change::ModificationRequested {
        change_request_id: id,
        reason: request.reason.clone(),
    };
    let order = Order {
        modifications,
        ..order.changed(order.state.clone(), change, terms.now)
    };
    Ok(Outcome::change(order, StockEffect::Keep, answer))
}

/// What a modification would change of an order's costs (R7).
///
/// # Errors
/// What the order does not allow, in the marketplace's codes where it has any; ES014 for a SKU that is
/// not sold, or of which there is not enough.
pub fn preview_modification(
    terms: &Terms<'_>,
    order: &Order,
    request: &ModificationRequest,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Difference, Problem> {
    may_be_modified(order)?;
    let modified = modified(terms, order, &request.alterations, offers)?;
    Ok(modified.difference)
}

/// The name of a request. One that has none is known by its content, while it is open: after that the
/// same may be asked for once more.
fn name_of(order: &Order, request: &ModificationRequest) -> ChangeRequestId {
    if let Some(id) = &request.id {
        return id.clone();
    }
    let (order, ended) = (&order.order_id, order.modifications.ended());
    let hash = &request.content_hash;
    ChangeRequestId::of(&format!("{order}\0{ended}\0{hash}"))
}

/// Whether an order is at a point where it may be modified: paid, wanted, at prices that hold, and nothing
/// of it invoiced.
fn may_be_modified(order: &Order) -> Result<(), Problem> {
    let not_now = |why: String| Err(Problem::new(Code::IllegalTransition, why));
    match &order.state {
        State::Canceled { .. } | State::Expired { .. } => Err(refused(
            ModificationCode::Canceled,
            format!("the order is {}", order.status()),
        )),
        State::Placed { .. } => not_now(format!(
            "the order is {}: nothing is changed before it is authorized",
            order.status()
        )),
        State::Authorized {
            cancellation: Some(_),
            ..
        } => not_now("the order is to be canceled".to_owned()),
        State::Authorized { .. } if order.is_canceling() => {
            not_now("the order is being canceled".to_owned())
        }
        // What an ERP was told to keep back it would be told to pick and invoice.
        State::Authorized { .. } if order.is_held() => {
            not_now("the order is held until its prices have been reviewed".to_owned())
        }
        State::Authorized { .. } if !is_invoiced(order) => Ok(()),
        State::Authorized { .. }
        | State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. }
        | State::Returned { .. } => Err(refused(
            ModificationCode::Invoiced,
            "nothing of the order is changed after an invoice",
        )),
    }
}

fn is_invoiced(order: &Order) -> bool {
    order.invoices.counted(InvoiceType::Output).next().is_some()
}

/// The marketplace agrees to a modification, or asks for it to be applied (R8). `told` is whether it
/// may know already that the seller knows of it; before that it has nothing to confirm. `offers` are
/// those of the SKUs that are put on.
///
/// # Errors
/// ES009 for a modification there is none of; ES018, or SalesOrderSystem046 after an invoice, where it
/// can't be applied any more, and ES018 where not yet; ES014 where there is not enough stock now.
pub fn agree(
    terms: &Terms<'_>,
    order: &Order,
    id: &ChangeRequestId,
    agreement: AgreementType,
    told: bool,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Outcome<()>, Problem> {
    let modification = known(order, id)?;
    let alterations = match (&modification.stage, agreement) {
        (ModificationStage::Over, _) => {
            may_be_modified(order)?;
            let why = format!("modification {id} is over");
            return Err(Problem::new(Code::IllegalTransition, why));
        }
        (ModificationStage::Applied { given_up: true }, AgreementType::Confirmation) => {
            return Ok(asked_again(order, id, terms.now));
        }
        (_, AgreementType::Acknowledgment)
        | (ModificationStage::Applied { .. } | ModificationStage::Confirmed, _) => {
            return Ok(Outcome::Unchanged(()));
        }
        (ModificationStage::Requested { .. }, AgreementType::Confirmation) if !told => {
            let why = format!("modification {id} has not been acknowledged");
            return Err(Problem::new(Code::IllegalTransition, why));
        }
        (
            ModificationStage::Requested { alterations }
            | ModificationStage::Acknowledged { alterations },
            AgreementType::Confirmation,
        ) => alterations,
    };
    may_be_modified(order)?;
    let Modified {
        order: modified,
        stock,
        ..
    } = modified(terms, order, alterations, offers)?;
    let change = Change::ModificationApplied {
        change_request_id: id.clone(),
        total: modified.total,
    };
    let applied = ModificationStage::Applied { given_up: false };
    let order = Order {
        modifications: order.modifications.at_stage(id, applied),
        ..modified.changed(order.state.clone(), change, terms.now)
    };
    Ok(Outcome::change(order, stock, ()))
}

/// The marketplace does not know that a modification is applied: it is told once more.
fn asked_again(order: &Order, id: &ChangeRequestId, now: Instant) -> Outcome<()> {
    let change = Change::ModificationAskedAgain {
        change_request_id: id.clone(),
    };
    let applied = ModificationStage::Applied { given_up: false };
    let order = Order {
        modifications: order.modifications.at_stage(id, applied),
        ..order.changed(order.state.clone(), change, now)
    };
    Outcome::change(order, StockEffect::Keep, ())
}

/// The marketplace takes a modification back (R7).
///
/// # Errors
/// ES009 for a modification there is none of, ES018 for one that is applied.
pub fn withdraw_modification(
    order: &Order,
    id: &ChangeRequestId,
    withdrawal: Withdrawal,
    now: Instant,
) -> Result<Outcome<()>, Problem> {
    match known(order, id)?.stage {
        ModificationStage::Over => return Ok(Outcome::Unchanged(())),
        ModificationStage::Applied { .. } | ModificationStage::Confirmed => {
            let why = format!("modification {id} is applied: ask for another");
            return Err(Problem::new(Code::IllegalTransition, why));
        }
        ModificationStage::Requested { .. } | ModificationStage::Acknowledged { .. } => {}
    }
    let change = Change::ModificationWithdrawn {
        change_request_id: id.clone(),
        reason: withdrawal.reason,
    };
    let order = Order {
        modifications: order.modifications.at_stage(id, ModificationStage::Over),
        ..order.changed(order.state.clone(), change, now)
    };
    Ok(Outcome::change(order, StockEffect::Keep, ()))
}

fn known<'a>(order: &'a Order, id: &ChangeRequestId) -> Result<&'a Modification, Problem> {
    let known = order.modifications.get(id);
    known.ok_or_else(|| {
        let why = format!("the order has no modification {id}");
        Problem::new(Code::NotFound, why)
    })
}
