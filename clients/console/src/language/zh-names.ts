import type { enNames } from './en-names.js';

export const zhNames: Record<keyof typeof enNames, string> = {
  'page.overview': '概览',
  'page.people': '用户',
  'page.why': '失败诊断',
  'page.events': '事件',
  'page.keys': '密钥与服务',

  'status.active': '正常',
  'status.blocked': '已封禁',
  'status.erased': '已注销',

  'gender.1': '男',
  'gender.2': '女',

  'session.registered': '已注册',
  'session.unregistered': '未注册',

  'end.logged_out': '主动退出',
  'end.ended_elsewhere': '在其他设备上被结束',
  'end.registered': '注册时被替换',
  'end.unclaimed': '从未使用',
  'end.displaced': '被新会话挤掉',
  'end.blocked': '因封禁结束',
  'end.erased': '因注销结束',

  'event.logged_in': '登录',
  'event.login_repeated': '重放登录',
  'event.registered': '注册',
  'event.joined': '绑定到另一应用的账号',
  'event.profile_changed': '修改资料',
  'event.profile_refreshed': '刷新资料',
  'event.phone_bound': '绑定手机号',
  'event.phone_unbound': '解绑手机号',
  'event.logged_out': '退出登录',
  'event.session_revoked': '结束另一会话',
  'event.all_sessions_revoked': '结束全部会话',
  'event.user_blocked': '封禁',
  'event.user_unblocked': '解除封禁',
  'event.user_erased': '注销',
  'event.person_shown': '向管理员显示完整信息',
  'event.user_exported': '导出用户',
  'event.operator_added': '添加管理员',
  'event.operator_reset': '重置管理员密码',
  'event.operator_disabled': '停用管理员',
  'event.operator_signed_in': '登录控制台',
  'event.resealing_started': '启动用最新主密钥重新加密',
  'event.signed': '用 session_key 签名',

  'by.person': '本人',
  'by.shell': '命令行',
  'by.operator': '管理员',
  'by.service': '服务',

  'tried.login': '尝试登录。',
  'tried.registration': '尝试注册。',
  'tried.phone': '尝试提交手机号。',
  'tried.decryption': '提交加密数据，请求解密。',

  'headline.login': '登录失败',
  'headline.registration': '注册失败',
  'headline.phone': '获取手机号失败',
  'headline.decryption': '数据解密失败',

  'breaker.closed': '关闭',
  'breaker.half_open': '半开',
  'breaker.open': '打开',

  'endpoint.code2session': '登录',
  'endpoint.checksession': '检验 session_key',
  'endpoint.resetusersessionkey': '重置 session_key',
  'endpoint.getuserencryptkey': '加密通道密钥',
  'endpoint.getuserphonenumber': '手机号',
  'endpoint.stable_token': '获取 access_token',

  'master.newest': '最新，用于加密',
  'master.older': '较旧，仅解密',
  'master.missing': '缺失',

  'signing.next': '下一个启用',
  'signing.signs': '签名中',
  'signing.retired': '已退役，仍可验签',

  'sealed.session_keys': 'session_key',
  'sealed.phones': '手机号',
  'sealed.signing_keys': '签名密钥',
  'sealed.operators': 'TOTP 密钥',
};
