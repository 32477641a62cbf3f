import type { State } from 'yaoshi-miniprogram';
import { avatarOf } from '../../avatar';
import { config } from '../../config';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import { yaoshi } from '../../yaoshi';

interface View {
  kind: State['kind'];
  heading: string;
  explanation: string;
  sessionId: string;
  nickname: string;
  /** The first character of the nickname, shown if there is no avatar. */
  initial: string;
  avatar: string;
  error: ErrorView | null;
}

const NOTHING = { sessionId: '', nickname: '', initial: '', avatar: '', error: null };

function viewOf(state: State): View {
  const view = { ...NOTHING, kind: state.kind, ...wording(state) };
  switch (state.kind) {
    case 'unregistered':
      return { ...view, sessionId: state.sessionId };
    case 'registered':
      return { ...view, sessionId: state.sessionId, ...person(state) };
    case 'failed':
      return { ...view, error: errorViewOf(state.error) };
    case 'starting':
    case 'signed_out':
    case 'logging_in':
      return view;
  }
}

function person({ user }: Extract<State, { kind: 'registered' }>) {
  const nickname = user.nickname || '未填写昵称';
  return {
    nickname,
    initial: Array.from(nickname)[0] ?? '',
    avatar: avatarOf(user),
  };
}

function wording(state: State): { heading: string; explanation: string } {
  switch (state.kind) {
    case 'starting':
      return { heading: '正在启动', explanation: '正在确认上次的登录。' };
    case 'logging_in':
      return { heading: '正在登录', explanation: '请稍候。' };
    case 'unregistered':
      return { heading: '已登录，尚未注册', explanation: '注册后即可使用全部功能。' };
    case 'registered':
      return { heading: '已登录', explanation: '' };
    case 'signed_out':
      return { heading: '未登录', explanation: '登录后即可使用。' };
    case 'failed':
      return { heading: '登录失败', explanation: '' };
  }
}

Page({
  data: { ...viewOf(yaoshi.state), sells: config.shop !== null },

  stopListening: () => {},

  onLoad() {
    this.stopListening = yaoshi.on('state', (state) => this.setData(viewOf(state)));
  },

  /** The profile page may have saved another avatar. */
  onShow() {
    this.setData(viewOf(yaoshi.state));
  },

  onUnload() {
    this.stopListening();
  },

  /** An error is in the state, which this page shows. */
  onLogin() {
    yaoshi.login().catch(() => {});
  },

  onLogout() {
    return yaoshi.logout();
  },
});
