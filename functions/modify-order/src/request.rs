//! What the marketplace asks for (R6), and what it would be (R7).

use std::collections::{BTreeSet, HashMap};

use feirante_lambda::http::{Answer, Call, Failure, unavailable};
use feirante_models::SkuId;
use feirante_models::modification::ModificationRequest;
use feirante_seller::lifecycle::{preview_modification, request_modification};
use feirante_seller::offer::Offer;
use feirante_seller::order::Order;
use feirante_store::orders::Decided;

use crate::{ModifyOrder, ids, named, terms};

impl ModifyOrder {
    /// Takes a modification. It is acknowledged behind the answer.
    pub(crate) async fn request(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let request = ModificationRequest::read(call.body)?;
        let (order, offers) = self.find_with_offers(call, &request).await?;
        let terms = terms(call);
        let decide = |order: &Order| {
            request_modification(&terms, order, &request, &offers).map_err(Failure::from)
        };
        let decided = self.orders.decide(order, &self.offers, call.budget, decide);
        match decided.await? {
            Decided::Settled(taken) => {
                let (id, date) = (Some(&taken.id), taken.requested_at);
                let answer = request.answer(id, &taken.difference, date)?;
                Ok(Answer::accepted(answer))
            }
            // It moves no stock.
            Decided::OutOfStock(_) => Err(unavailable().into()),
        }
    }

    /// Says what a modification would change of the order's costs. Nothing is written.
    pub(crate) async fn preview(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let request = ModificationRequest::read(call.body)?;
        let (order, offers) = self.find_with_offers(call, &request).await?;
        let terms = terms(call);
        let difference = preview_modification(&terms, &order, &request, &offers)?;
        let answer = request.answer(request.id.as_ref(), &difference, terms.now)?;
        Ok(Answer::json_text(answer))
    }

    /// The order the path names, and the offers of what is put on it, in one call.
    async fn find_with_offers(
        &self,
        call: &Call<'_>,
        request: &ModificationRequest,
    ) -> Result<(Order, HashMap<SkuId, Offer>), Failure> {
        let ids = ids(call)?;
        let skus: Vec<SkuId> = request.alterations.added_skus().cloned().collect();
        call.log.skus(&skus);
        if skus.is_empty() {
            return Ok((self.find(call).await?, HashMap::new()));
        }
        let none = BTreeSet::new();
        let read = self
            .orders
            .get_with_offers(&ids, &self.offers, &skus, &none, call.budget);
        let (orders, offers, _) = self.settings.beside(read).await?;
        Ok((named(call, &ids, orders)?, offers))
    }
}
