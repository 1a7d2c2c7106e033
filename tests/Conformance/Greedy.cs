using NativeHost.Inference;

namespace NativeHost.Testing;

/// <summary>The simplest generation: always the likeliest token.</summary>
internal static class Greedy
{
    /// <summary>Computes a prompt in one step and continues it, until the model ends its turn or <paramref name="count"/> tokens are made.</summary>
    public static List<int> Continue(ILanguageModel model, int[] prompt, int count)
    {
        using var abort = new AbortSignal();
        var batch = new StepBatch(model.BatchTokens);
        var made = new List<int>();
        Append(model, batch, prompt, abort);
        while (true)
        {
            var next = Likeliest(model.Logits(0));
            made.Add(next);
            if (made.Count == count || model.Tokenizer.EndsGeneration(new Token(next)))
            {
                return made;
            }

            Append(model, batch, [next], abort);
        }
    }

    /// <summary>Appends tokens to sequence 0 and computes the logits after them.</summary>
    public static void Append(ILanguageModel model, StepBatch batch, int[] ids, AbortSignal abort)
    {
        batch.Clear();
        batch.Add(0, Array.ConvertAll(ids, id => new Token(id)), wantsLogits: true);
        Assert.Equal(StepOutcome.Done, model.Step(batch, abort));
    }

    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }
}
