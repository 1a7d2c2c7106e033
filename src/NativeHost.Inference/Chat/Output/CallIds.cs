using System.Security.Cryptography;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Gives calls ids that no other call of their conversation has.</summary>
/// <param name="form">What ids look like in the model's style.</param>
/// <param name="taken">The ids of the conversation's calls so far.</param>
internal sealed class CallIds(CallIdForm form, IEnumerable<string> taken)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    /// <param name="own">The id that the model gave itself; null where it gave none. Taken over if it has the form and is new.</param>
    public string Next(string name, string? own)
    {
        if (own is not null && Fits(own) && _taken.Add(own))
        {
            return own;
        }

        for (var count = _taken.Count; ; count++)
        {
            var id = form switch
            {
                CallIdForm.NineLetters => RandomNumberGenerator.GetString(Letters, 9),
                CallIdForm.NameAndCount => $"functions.{name}:{count}",
                _ => "call_" + RandomNumberGenerator.GetString(Letters, 24),
            };
            if (_taken.Add(id))
            {
                return id;
            }
        }
    }

    private bool Fits(string id) => form switch
    {
        CallIdForm.NineLetters => id.Length == 9 && id.All(char.IsAsciiLetterOrDigit),
        CallIdForm.NameAndCount => id.StartsWith("functions.", StringComparison.Ordinal) && IsPlain(id),
        CallIdForm.Own => IsPlain(id),
        _ => false,
    };

    private static bool IsPlain(string id) => id.Length is > 0 and <= 128 && id.All(c => char.IsAsciiLetterOrDigit(c) || "_-.:".Contains(c));
}

/// <summary>What the ids of calls look like.</summary>
internal enum CallIdForm
{
    /// <summary><c>call_</c> and 24 letters and digits, as OpenAI's. The model's own, if any, count from 0 in each answer and name nothing.</summary>
    Usual,

    /// <summary>Nine letters and digits: Mistral's templates take no other ones.</summary>
    NineLetters,

    /// <summary><c>functions.name:3</c>, counted over the conversation: Kimi.</summary>
    NameAndCount,

    /// <summary>Whatever the model writes; the usual form where it writes none.</summary>
    Own,
}
