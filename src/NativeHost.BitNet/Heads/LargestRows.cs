using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Heads;

/// <summary>Finds the largest of many logits.</summary>
internal static unsafe class LargestRows
{
    /// <summary>Finds the <paramref name="count"/> largest logits of some rows, or all if there are fewer. NaN and -∞ are never among them.</summary>
    /// <remarks>
    /// A heap holds the largest so far, the least of them on top. Eight logits at once are compared with that one: after the first
    /// thousands a new one is rare, so that the rows cost little more than being read.
    /// </remarks>
    /// <param name="rows">[count]: gets the rows, in no order.</param>
    /// <returns>How many were found.</returns>
    public static int Find(float* logits, int firstRow, int endRow, int* rows, int count)
    {
        var values = stackalloc float[count];
        new Span<float>(values, count).Fill(float.NegativeInfinity);
        new Span<int>(rows, count).Fill(-1);
        var row = firstRow;
        for (; row <= endRow - 8; row += 8)
        {
            var above = Vector256.GreaterThan(Vector256.Load(logits + row), Vector256.Create(values[0])).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                Offer(logits, row + BitOperations.TrailingZeroCount(above), values, rows, count);
            }
        }

        for (; row < endRow; row++)
        {
            Offer(logits, row, values, rows, count);
        }

        var found = 0;
        for (var k = 0; k < count; k++)
        {
            if (rows[k] >= 0)
            {
                rows[found++] = rows[k];
            }
        }

        return found;
    }

    // Takes the row in place of the top if it is larger, and lets it sink to where both below it are larger.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Offer(float* logits, int row, float* values, int* rows, int count)
    {
        var value = logits[row];
        if (!(value > values[0]))
        {
            return;
        }

        var place = 0;
        while (true)
        {
            var below = (2 * place) + 1;
            if (below >= count)
            {
                break;
            }

            if (below + 1 < count && values[below + 1] < values[below])
            {
                below++;
            }

            if (values[below] >= value)
            {
                break;
            }

            values[place] = values[below];
            rows[place] = rows[below];
            place = below;
        }

        values[place] = value;
        rows[place] = row;
    }
}
