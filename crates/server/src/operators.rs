//! Operators of the console, made by whoever runs the server.

use std::sync::Arc;

use crypto::{AesGcmSealer, MasterKeys, OsIds, Rfc6238Totp};
use domain::{
    client::{ClientInfo, Origin},
    operator::{
        AddOperator, Credentials, ManageOperatorError, ManageOperatorPorts, NewOperator, OperatorName,
        ResetOperator, Role, SecondFactor,
    },
    time::Clock,
};
use persistence::Database;

use crate::{
    configuration::Configuration,
    passwords::Argon2Passwords,
    running::StartError,
    wiring::{WiringError, with_outbox},
};

/// Gives an operator a new password; adds them if there is nobody of this name.
pub(crate) async fn renewed_operator(
    configuration: &Configuration,
    database: &Arc<Database>,
    name: &OperatorName,
    clock: &dyn Clock,
) -> Result<Credentials, StartError> {
    let keys = configuration.secrets.master_keys.iter().cloned();
    let keys = MasterKeys::try_new(keys).map_err(WiringError::from)?;
    let store = with_outbox(configuration, database.clone()).map_err(WiringError::from)?;
    let ports = ManageOperatorPorts {
        store,
        passwords: Arc::new(Argon2Passwords::default()),
        totp: Arc::new(Rfc6238Totp),
        sealer: Arc::new(AesGcmSealer::new(&keys)),
        ids: Arc::new(OsIds::try_new().map_err(WiringError::from)?),
    };
    let origin = Origin { at: clock.now(), client: ClientInfo::default() };
    let reset = ResetOperator::new(ports.clone()).execute(name, SecondFactor::None, &origin).await;
    match reset {
        Err(ManageOperatorError::NotFound) => {
            let new =
                NewOperator { name: name.clone(), role: Role::Operator, second_factor: SecondFactor::None };
            Ok(AddOperator::new(ports).execute(&new, &origin).await?)
        }
        reset => Ok(reset?),
    }
}
