import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  Choice,
  Condition,
  Fail,
  type INextable,
  JsonPath,
  Pass,
  type State,
  StateMachineFragment,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoGetItem, DynamoProjectionExpression } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { tombstoneTable } from '../../../functions/stores/dynamodb/tombstone-table.ts';

/** While a deletion is in one of these states, processing goes on: it has not begun, or has been undone. */
const STILL_WRITABLE = ['none', 'pending', 'cancelled'];

/** Where the tombstone stands in the data of the run, for the choice that follows. */
const FENCE = '$.fence';

export type DeletionFenceProps = {
  /** The table of tombstones. The state machine's role may read single items of it, nothing more. */
  tombstones: ITable;
  /** Where the data of the run has the id of the video. Default `$.videoId`. */
  videoIdPath?: string;
  /**
   * How a run ends that meets a deletion. `fail`: with the error `VideoDeleted`, which ends the whole run from within a Map or
   * Parallel state too, unless it is caught. `succeed`: quietly; inside a Map or Parallel state only that branch. Default `fail`.
   */
  onDeleted?: 'fail' | 'succeed';
};

/**
 * Put before every state that writes data of a video: the run goes on only while the video may be written.
 * It adds `fence` to the data of the run and changes nothing else. The tombstone is read consistently and without a Lambda
 * function; when it cannot be read, the run fails and does not write.
 *
 * A run that was stopped and is redriven repeats the very state in which it was stopped, and meets the fence only after it: keep
 * writing states short, and what one of them wrote late is found when the deletion looks again.
 */
export class DeletionFence extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];

  constructor(scope: Construct, id: string, props: DeletionFenceProps) {
    super(scope, id);
    const goOn = new Pass(this, 'GoOn', { stateName: `${id}: go on` });
    const read = this.readTombstone(id, props);
    read.next(
      new Choice(this, 'MayBeWritten', { stateName: `${id}: may be written?` })
        .when(Condition.not(Condition.isPresent(`${FENCE}.Item`)), goOn)
        .when(isWritable(`${FENCE}.Item.state.S`), goOn)
        .when(isHeldWhileWritable(), goOn)
        .otherwise(this.end(id, props.onDeleted ?? 'fail')),
    );
    this.startState = read;
    this.endStates = [goOn];
  }

  private readTombstone(id: string, { tombstones, videoIdPath = '$.videoId' }: DeletionFenceProps): DynamoGetItem {
    const videoId = DynamoAttributeValue.fromString(JsonPath.stringAt(videoIdPath));
    const read = new DynamoGetItem(this, 'Read', {
      stateName: `${id}: read the tombstone`,
      table: tombstones,
      key: { [tombstoneTable.partitionKey.name]: videoId },
      consistentRead: true,
      // `state` is a reserved word of DynamoDB.
      projectionExpression: [
        new DynamoProjectionExpression().withAttribute('#state'),
        new DynamoProjectionExpression().withAttribute('held'),
      ],
      expressionAttributeNames: { '#state': 'state' },
      resultPath: FENCE,
    });
    read.addRetry({ interval: Duration.seconds(1), maxAttempts: 6, backoffRate: 2 });
    return read;
  }

  private end(id: string, onDeleted: 'fail' | 'succeed'): State {
    const stateName = `${id}: video deleted`;
    if (onDeleted === 'succeed') return new Succeed(this, 'VideoDeleted', { stateName });
    return new Fail(this, 'VideoDeleted', { stateName, error: 'VideoDeleted', cause: 'The video is being deleted' });
  }
}

function isWritable(path: string): Condition {
  return Condition.or(...STILL_WRITABLE.map((state) => Condition.stringEquals(path, state)));
}

/** A held deletion removes nothing, but where the release leads decides: from `running` on, nothing may be written again. */
function isHeldWhileWritable(): Condition {
  const heldFrom = `${FENCE}.Item.held.M.from.S`;
  const isHeld = Condition.stringEquals(`${FENCE}.Item.state.S`, 'held');
  return Condition.and(isHeld, Condition.isPresent(heldFrom), isWritable(heldFrom));
}
