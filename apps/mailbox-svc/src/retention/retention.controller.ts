import { type CallContext, mailboxQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { RetentionPreview } from './retention-preview.ts';

@Controller()
export class RetentionController {
  private readonly previews: RetentionPreview;

  constructor(previews: RetentionPreview) {
    this.previews = previews;
  }

  @RpcHandler(queries.previewRetention)
  async preview(input: CallInput<typeof queries.previewRetention>, call: CallContext) {
    return this.previews.list(input, call);
  }
}
