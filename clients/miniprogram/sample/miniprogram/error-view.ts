import { YaoshiError } from 'yaoshi-miniprogram';

/** An error as a page shows it. */
export interface ErrorView {
  title: string;
  /** What the user can do. */
  advice: string;
  /** The label of the retry button; empty if a retry cannot help. */
  again: string;
  /** The request's id, for support; empty if there was no response. */
  reference: string;
}

type Words = Omit<ErrorView, 'reference'>;

const AGAIN = '再试一次';

const UNFINISHED: Words = { title: '操作没有完成', advice: '请再试一次。', again: AGAIN };
const OFFLINE: Words = { title: '网络不通', advice: '请检查网络后再试。', again: AGAIN };
const BLOCKED: Words = { title: '该账号不能登录', advice: '如有疑问，请联系客服。', again: '' };

/** Describes an error to the user. */
export function errorViewOf(error: unknown): ErrorView {
  if (!(error instanceof YaoshiError)) {
    return { ...UNFINISHED, reference: '' };
  }
  return { ...wordsFor(error), reference: error.requestId ?? '' };
}

/** Chooses the text by `code` where that allows specific advice, else by `recover`. */
function wordsFor({ code, recover }: YaoshiError): Words {
  switch (code) {
    case 'network':
      return OFFLINE;
    case 'user_blocked':
    case 'wechat_user_blocked':
      return BLOCKED;
    case 'wx_login_failed':
      return { title: '微信登录没有成功', advice: '请检查网络，然后再试一次。', again: AGAIN };
    case 'collect_failed':
      return { title: '没有读到微信数据', advice: '请再试一次。', again: AGAIN };
    case 'invalid_phone_code':
    case 'login_code_given':
    case 'phone_code_used':
    case 'phone_code_lost':
      return { title: '手机号没有验证成功', advice: '请再点一次按钮。', again: '' };
    case 'phone_taken':
      return { title: '该手机号已被其他账号绑定', advice: '请换一个手机号，或联系客服。', again: '' };
    case 'phone_quota_exhausted':
      return { title: '暂时不能获取手机号', advice: '请换一种方式，或稍后再试。', again: '' };
    case 'phone_risk_control':
      return { title: '微信没有提供手机号', advice: '当前账号存在风险，请换一种方式。', again: '' };
    case 'invalid_field':
      return { title: '填写的内容不合要求', advice: '请修改后再提交。', again: '' };
    default:
      return RECOVERIES[recover];
  }
}

const RECOVERIES: Record<YaoshiError['recover'], Words> = {
  login_again: { title: '登录已经失效', advice: '请重新登录。', again: '重新登录' },
  collect_again: { title: '微信数据没有通过校验', advice: '请再试一次。', again: AGAIN },
  register: { title: '还没有注册', advice: '请先在首页注册。', again: '' },
  retry: { title: '服务繁忙', advice: '请稍后再试。', again: AGAIN },
  cancelled: { title: '没有获得授权', advice: '同意授权后才能继续。', again: AGAIN },
  operator: { title: '服务暂时不可用', advice: '请稍后再试，或联系客服并告知请求编号。', again: AGAIN },
  fix_request: { title: '小程序出了问题', advice: '请更新小程序，或联系客服。', again: '' },
};
