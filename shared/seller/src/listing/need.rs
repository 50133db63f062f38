//! What a listing needs, before it is a step.

use feirante_models::Instant;

use super::goods::Goods;
use super::state::{Problem, State};
use super::track::Request;
use crate::mapping::Name;

/// What a listing needs.
pub(super) enum Need {
    Nothing,
    /// To be looked at again, for this reason.
    Later(Instant, &'static str),
    /// These calls, the more urgent first; never none.
    Calls(Vec<Request>),
    /// The same after its state has changed.
    Another(State, Vec<Request>),
    /// Another state, without a call.
    Become(State),
    /// To say what keeps it from being suggested.
    Mending,
    /// To note that what is suggested is not what the SKU is any more.
    Outdated,
}

impl Need {
    /// Of a SKU that the marketplace does not know.
    pub(super) fn suggestion(goods: &Goods) -> Self {
        if !goods.missing.is_empty() {
            Self::Mending
        } else if goods.unmapped.is_empty() {
            Self::Calls(vec![Request::Suggestion])
        } else {
            Self::names(&goods.unmapped)
        }
    }

    /// Of a SKU that waits for the marketplace's names. The ERP can't mend it, so nobody is told but
    /// who asks for the listing.
    pub(super) fn names(unmapped: &[Name]) -> Self {
        let problem = Problem::Unmapped {
            names: unmapped.to_vec(),
        };
        Self::Become(State::Error { problem })
    }
}
