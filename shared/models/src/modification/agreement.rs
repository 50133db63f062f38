//! Agreements to a modification, in both directions: what the marketplace sends (R8), and what is on
//! the way to it (C11).

use serde::{Deserialize, Serialize};

use crate::object::Object;
use crate::outward::AgreementType;
use crate::problem::{Code, ModificationCode, Problem};
use crate::read::{self, Top};
use crate::{ChangeRequestId, OrderId};

/// Reads what the marketplace agrees to (R8).
///
/// # Errors
/// ES001, ES002, or SalesOrderSystem035 for an agreement there is none of.
pub fn agreed_to(body: &[u8]) -> Result<AgreementType, Problem> {
    let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
    let named = body.id("agreementType")?;
    [AgreementType::Acknowledgment, AgreementType::Confirmation]
        .into_iter()
        .find(|agreement| agreement.as_str() == named)
        .ok_or_else(|| {
            Problem::at(
                Code::Modification(ModificationCode::AgreementType),
                "/agreementType",
                "is neither Acknowledgment nor Confirmation",
            )
        })
}

/// What an agreement of the marketplace's is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agreement<'a> {
    /// The order as the call names it.
    pub order_id: &'a str,
    /// The modification.
    pub change_request_id: &'a ChangeRequestId,
    /// What was agreed to.
    pub agreement_type: AgreementType,
}

/// An agreement of the seller's, as it is told apart from the others about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementName {
    /// The modification.
    pub change_request_id: ChangeRequestId,
    /// How far the seller agrees.
    pub agreement_type: AgreementType,
}

/// A message of the queue `agreements`: the marketplace is owed this agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct AgreementMessage {
    /// Our id of the order.
    pub order_id: OrderId,
    /// The modification.
    pub change_request_id: ChangeRequestId,
    /// How far the seller agrees.
    pub agreement_type: AgreementType,
}

impl AgreementMessage {
    /// The agreement it is about.
    #[must_use]
    pub fn name(&self) -> AgreementName {
        AgreementName {
            change_request_id: self.change_request_id.clone(),
            agreement_type: self.agreement_type,
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    /// ES001, or ES002 with the JSON pointer of what is wrong.
    pub fn read(message: &[u8]) -> Result<Self, Problem> {
        read::from_json(message, Top::Object)
    }
}
