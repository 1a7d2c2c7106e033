using System.Text;

namespace NativeHost.Jinja.Evaluation;

/// <summary>What values hold when they are gone through.</summary>
internal static class Sequences
{
    /// <summary>The elements of a list, the keys of a dictionary, the characters of a text, nothing for undefined.</summary>
    /// <exception cref="JinjaFailure">It cannot be gone through.</exception>
    public static IReadOnlyList<JinjaValue> Of(JinjaValue value, RenderState state)
    {
        switch (value)
        {
            case JinjaList list:
                state.Budget.Charge(list.Items.Count);
                return list.Items;
            case JinjaDict dictionary:
                state.Budget.Charge(dictionary.Count);
                return [.. dictionary.Entries.Keys];
            case JinjaString text:
                return Characters(text, state.Budget);
            case { IsUndefined: true }:
                return [];
            default:
                throw JinjaFailure.Operation($"{value.Description} cannot be gone through; a list, a dictionary or a text is needed.");
        }
    }

    /// <summary>Whole characters: the halves of a surrogate pair stay together.</summary>
    private static List<JinjaValue> Characters(JinjaString text, RenderBudget budget)
    {
        var characters = new List<JinjaValue>();
        for (var at = 0; at < text.Length;)
        {
            budget.Step();
            Rune.DecodeFromUtf16(text.Text.AsSpan(at), out _, out var length);
            characters.Add(text.Slice(at, length, budget));
            at += length;
        }

        return characters;
    }
}
