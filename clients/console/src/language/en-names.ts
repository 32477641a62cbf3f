/** What the API's own names are called. A name that is missing here is shown as it is. */
export const enNames = {
  'page.overview': 'Overview',
  'page.people': 'People',
  'page.why': 'Why?',
  'page.events': 'Events',
  'page.services': 'Services',

  'status.active': 'active',
  'status.blocked': 'blocked',
  'status.erased': 'erased',

  'gender.1': 'male',
  'gender.2': 'female',

  'session.registered': 'registered',
  'session.unregistered': 'not registered',

  'end.logged_out': 'logged out',
  'end.ended_elsewhere': 'ended from another device',
  'end.registered': 'replaced on registration',
  'end.unclaimed': 'never used',
  'end.displaced': 'displaced by a newer one',
  'end.blocked': 'blocked',
  'end.erased': 'erased',

  'event.logged_in': 'Logged in',
  'event.login_repeated': 'Repeated a login',
  'event.registered': 'Registered',
  'event.joined': 'Joined at another app',
  'event.profile_changed': 'Changed the profile',
  'event.profile_refreshed': 'Refreshed the profile',
  'event.phone_bound': 'Bound a phone number',
  'event.phone_unbound': 'Removed the phone number',
  'event.logged_out': 'Logged out',
  'event.session_revoked': 'Ended another session',
  'event.all_sessions_revoked': 'All sessions ended',
  'event.user_blocked': 'Blocked',
  'event.user_unblocked': 'Unblocked',
  'event.user_erased': 'Erased',
  'event.person_shown': 'Shown in full to an operator',
  'event.signed': 'Signed with the session_key',

  'by.person': 'the person',
  'by.shell': 'the shell',
  'by.operator': 'operator',
  'by.service': 'service',

  'tried.login': 'Tried to log in.',
  'tried.registration': 'Tried to register.',
  'tried.phone': 'Tried to give a phone number.',
  'tried.decryption': 'Sent encrypted data to be opened.',

  'headline.login': 'A login failed',
  'headline.registration': 'A registration failed',
  'headline.phone': 'A phone number exchange failed',
  'headline.decryption': 'Data could not be decrypted',
} as const;
