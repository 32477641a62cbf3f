use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    session::{Session, TokenHash},
    store::StoreError,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

use crate::{
    entity::sessions::{Column, Entity, Model},
    failure::failed,
    loader::{Answers, Question, padded},
};

/// The session check's question: whose token is it? Every request whose session is not cached asks
/// it.
pub(crate) struct SessionsByToken(pub(crate) DatabaseConnection);

#[async_trait]
impl Question for SessionsByToken {
    type Key = TokenHash;
    type Answer = Session;

    async fn ask(&self, token_hashes: &[TokenHash]) -> Result<Answers<Self>, StoreError> {
        let bytes = padded(token_hashes).map(|token_hash| token_hash.as_bytes().to_vec());
        let query = Entity::find().filter(Column::TokenHash.is_in(bytes));
        let models = query.all(&self.0).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(models.len());
        for model in models {
            if let Some(token_hash) = asked_for(&model, token_hashes) {
                found.insert(token_hash, Session::try_from(model).map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

fn asked_for(model: &Model, token_hashes: &[TokenHash]) -> Option<TokenHash> {
    token_hashes.iter().copied().find(|token_hash| token_hash.as_bytes()[..] == model.token_hash)
}
