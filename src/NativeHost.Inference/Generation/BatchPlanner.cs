namespace NativeHost.Inference.Generation;

/// <summary>Decides what a step computes: the next token of every answer, and parts of the prompts.</summary>
/// <param name="stepTokens">Most tokens of a step. More than there are sequences, or there is one sequence.</param>
/// <param name="draftTokens">Most tokens that may be guessed in a step.</param>
internal sealed class BatchPlanner(int stepTokens, int draftTokens, PrefillPace pace)
{
    /// <summary>Plans a step.</summary>
    /// <param name="generations">Those that have a sequence, in the order of their turns.</param>
    /// <param name="batch">Filled with their tokens.</param>
    /// <param name="members">Filled with those that are in the step, in the order of the batch.</param>
    public void Plan(List<ActiveGeneration> generations, StepBatch batch, List<ActiveGeneration> members)
    {
        batch.Clear();
        members.Clear();
        var (answers, prompts) = (0, 0);
        foreach (var generation in generations)
        {
            if (!generation.HasReader)
            {
                continue;
            }

            members.Add(generation);
            if (generation.Ahead == 1)
            {
                answers++;
            }
            else
            {
                prompts++;
            }
        }

        if (answers == 1 && prompts == 0 && draftTokens > 0 && !members[0].IsAtPrompt)
        {
            // Beside others a step is full as it is, and guesses would cost them time.
            var guess = members[0].GuessTokens(Math.Min(draftTokens, stepTokens - 1));
            members[0].Planned = guess.Length;
            batch.Add(members[0].Cache!.Sequence, guess, guess.Length);
            return;
        }

        var room = stepTokens - answers;
        Share(members, prompts, answers == 0 ? room : Math.Min(room, pace.Tokens));
        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (members[i].Planned == 0)
            {
                members.RemoveAt(i);
            }
        }

        foreach (var member in members)
        {
            var tokens = member.NextTokens();
            member.Planned = tokens.Length;
            batch.Add(member.Cache!.Sequence, tokens, wantsLogits: tokens.Length == member.Ahead);
        }
    }

    /// <summary>Gives each prompt the same part of the room, or what it needs where that is less; the others get what it leaves.</summary>
    private static void Share(List<ActiveGeneration> members, int prompts, int room)
    {
        foreach (var member in members)
        {
            member.Planned = member.Ahead == 1 ? 1 : 0;
        }

        while (room > 0 && prompts > 0)
        {
            var share = Math.Max(room / prompts, 1);
            prompts = 0;
            foreach (var member in members)
            {
                var more = Math.Min(Math.Min(member.Ahead - member.Planned, share), room);
                member.Planned += more;
                room -= more;
                prompts += member.Planned < member.Ahead ? 1 : 0;
            }
        }
    }
}
