//! What the marketplace agrees to (R8): that a modification is on its way, and that it be applied.

use std::collections::HashMap;

use feirante_lambda::http::{Answer, Call, Failure, unavailable, unknown_order};
use feirante_models::modification::{Agreement, agreed_to};
use feirante_models::outward::AgreementType;
use feirante_models::{ChangeRequestId, SkuId};
use feirante_seller::lifecycle::agree;
use feirante_seller::offer::Offer;
use feirante_seller::order::Order;
use feirante_store::orders::Decided;

use crate::{ModifyOrder, change_request_id, terms};

/// Places that are tried for units that are put on: each refusal tells how it is now.
const ROUNDS: usize = 4;

impl ModifyOrder {
    pub(crate) async fn agree(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let agreement_type = agreed_to(call.body)?;
        let id = change_request_id(call)?;
        let order = self.find(call).await?;
        self.decide(call, order, &id, agreement_type).await?;
        Ok(Answer::json(&Agreement {
            order_id: call.order_id,
            change_request_id: &id,
            agreement_type,
        })?)
    }

    /// Applies the modification where it is confirmed. Whether there is enough stock only the write can
    /// tell; what it found is where the units are looked for next.
    async fn decide(
        &self,
        call: &Call<'_>,
        order: Order,
        id: &ChangeRequestId,
        agreement: AgreementType,
    ) -> Result<(), Failure> {
        let (order, told) = match agreement {
            AgreementType::Acknowledgment => (order, false),
            AgreementType::Confirmation => self.with_what_is_told(call, &order, id).await?,
        };
        let mut offers = self.offers_of(call, &order, id).await?;
        let terms = terms(call);
        for _ in 0..ROUNDS {
            let decide = |order: &Order| {
                agree(&terms, order, id, agreement, told, &offers).map_err(Failure::from)
            };
            let decided = self
                .orders
                .decide(order.clone(), &self.offers, call.budget, decide);
            match decided.await? {
                Decided::Settled(()) => return Ok(()),
                Decided::OutOfStock(shortage) => {
                    let found = shortage.offers.into_iter();
                    offers.extend(found.map(|offer| (offer.sku.clone(), offer)));
                }
            }
        }
        Err(unavailable().into())
    }

    /// The order, and whether the marketplace may have been told that the modification is known: a turn
    /// to tell it was taken. It may confirm before the answer to that is written.
    async fn with_what_is_told(
        &self,
        call: &Call<'_>,
        order: &Order,
        id: &ChangeRequestId,
    ) -> Result<(Order, bool), Failure> {
        let found = self
            .orders
            .get_with_agreement(&order.order_id, id, call.budget);
        let (order, turns) = found.await?.ok_or_else(unknown_order)?;
        Ok((order, turns.revision() > 0))
    }

    /// The offers of what the modification puts on the order; none once it is not open any more.
    async fn offers_of(
        &self,
        call: &Call<'_>,
        order: &Order,
        id: &ChangeRequestId,
    ) -> Result<HashMap<SkuId, Offer>, Failure> {
        let modification = order.modifications.get(id);
        let open = modification.and_then(|modification| modification.stage.alterations());
        let skus: Vec<SkuId> = open
            .into_iter()
            .flat_map(|alterations| alterations.added_skus().cloned())
            .collect();
        if skus.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(self.offers.read(&skus, call.budget).await?)
    }
}
