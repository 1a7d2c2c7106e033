using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Heads;

/// <summary>The logits of one tile of a <see cref="NibbleHead"/>, at each level.</summary>
/// <remarks>
/// The products of two neighbouring columns are at most 2 * 15 * 127 = 3,810, so 16-bit lanes take 8 of them: 30,480. The vector paths
/// add up 64 columns in two such sums, each of 8 products, before they widen.
/// </remarks>
internal static unsafe class NibbleTile
{
    private const int StepColumns = 64;

    /// <param name="tile">[columns / 8, 16 rows, 4 bytes]</param>
    /// <param name="x">[columns]: -127 to 127.</param>
    /// <param name="columns">Padded.</param>
    /// <param name="offset">8 * Σ x.</param>
    /// <param name="rowScales">[16]</param>
    /// <param name="logits">[16]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        KernelLevel level, byte* tile, sbyte* x, int columns, int offset, float inverseScale, float* rowScales, float* logits)
    {
        switch (level)
        {
            case KernelLevel.Avx512:
                MultiplyAvx512(tile, x, columns, offset, inverseScale, rowScales, logits);
                break;
            case KernelLevel.AvxVnni:
            case KernelLevel.Avx2:
                MultiplyAvx2(tile, x, columns, offset, inverseScale, rowScales, logits);
                break;
            case KernelLevel.ArmDot:
                MultiplyArm(tile, x, columns, offset, inverseScale, rowScales, logits);
                break;
            default:
                MultiplyScalar(tile, x, columns, offset, inverseScale, rowScales, logits);
                break;
        }
    }

    private static void MultiplyScalar(
        byte* tile, sbyte* x, int columns, int offset, float inverseScale, float* rowScales, float* logits)
    {
        for (var row = 0; row < OutputHead.TileRows; row++)
        {
            var sum = 0;
            for (var k = 0; k < columns; k++)
            {
                var codes = tile[(k / 8 * NibbleHead.BlockBytes) + (4 * row) + (k % 4)];
                sum += (k % 8 < 4 ? codes & 0x0F : codes >> 4) * x[k];
            }

            logits[row] = (sum - offset) * inverseScale * rowScales[row];
        }
    }

    private static void MultiplyAvx512(
        byte* tile, sbyte* x, int columns, int offset, float inverseScale, float* rowScales, float* logits)
    {
        var mask = Vector512.Create((byte)0x0F);
        var ones = Vector512.Create((short)1);
        var sums = Vector512.Create(-offset);
        for (var end = x + columns; x < end; x += StepColumns)
        {
            Vector512<short> low = default, high = default;
            for (var block = 0; block < StepColumns; block += NibbleHead.BlockColumns, tile += NibbleHead.BlockBytes)
            {
                var codes = Vector512.Load(tile);
                var highCodes = Vector512.ShiftRightLogical(codes.AsInt16(), 4).AsByte() & mask;
                low += Avx512BW.MultiplyAddAdjacent(codes & mask, Four512(x + block));
                high += Avx512BW.MultiplyAddAdjacent(highCodes, Four512(x + block + 4));
            }

            sums += Avx512BW.MultiplyAddAdjacent(low, ones) + Avx512BW.MultiplyAddAdjacent(high, ones);
        }

        (Vector512.ConvertToSingle(sums) * Vector512.Create(inverseScale) * Vector512.Load(rowScales)).Store(logits);
    }

    // The same, for rows 0 to 7 and 8 to 15.
    private static void MultiplyAvx2(
        byte* tile, sbyte* x, int columns, int offset, float inverseScale, float* rowScales, float* logits)
    {
        var mask = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        var sums = Vector256.Create(-offset);
        var lastSums = Vector256.Create(-offset);
        for (var end = x + columns; x < end; x += StepColumns)
        {
            Vector256<short> low = default, high = default, lastLow = default, lastHigh = default;
            for (var block = 0; block < StepColumns; block += NibbleHead.BlockColumns, tile += NibbleHead.BlockBytes)
            {
                var codes = Vector256.Load(tile);
                var lastCodes = Vector256.Load(tile + 32);
                var four = Four256(x + block);
                var nextFour = Four256(x + block + 4);
                low += Avx2.MultiplyAddAdjacent(codes & mask, four);
                lastLow += Avx2.MultiplyAddAdjacent(lastCodes & mask, four);
                high += Avx2.MultiplyAddAdjacent(Vector256.ShiftRightLogical(codes.AsInt16(), 4).AsByte() & mask, nextFour);
                lastHigh += Avx2.MultiplyAddAdjacent(Vector256.ShiftRightLogical(lastCodes.AsInt16(), 4).AsByte() & mask, nextFour);
            }

            sums += Avx2.MultiplyAddAdjacent(low, ones) + Avx2.MultiplyAddAdjacent(high, ones);
            lastSums += Avx2.MultiplyAddAdjacent(lastLow, ones) + Avx2.MultiplyAddAdjacent(lastHigh, ones);
        }

        var inverse = Vector256.Create(inverseScale);
        (Vector256.ConvertToSingle(sums) * inverse * Vector256.Load(rowScales)).Store(logits);
        (Vector256.ConvertToSingle(lastSums) * inverse * Vector256.Load(rowScales + 8)).Store(logits + 8);
    }

    private static void MultiplyArm(
        byte* tile, sbyte* x, int columns, int offset, float inverseScale, float* rowScales, float* logits)
    {
        var mask = Vector128.Create((byte)0x0F);
        Vector128<int> a = Vector128.Create(-offset), b = a, c = a, d = a;
        for (var end = x + columns; x < end; x += NibbleHead.BlockColumns, tile += NibbleHead.BlockBytes)
        {
            var low = Four128(x);
            var high = Four128(x + 4);
            a = AddArm(a, Vector128.Load(tile), mask, low, high);
            b = AddArm(b, Vector128.Load(tile + 16), mask, low, high);
            c = AddArm(c, Vector128.Load(tile + 32), mask, low, high);
            d = AddArm(d, Vector128.Load(tile + 48), mask, low, high);
        }

        var inverse = Vector128.Create(inverseScale);
        (Vector128.ConvertToSingle(a) * inverse * Vector128.Load(rowScales)).Store(logits);
        (Vector128.ConvertToSingle(b) * inverse * Vector128.Load(rowScales + 4)).Store(logits + 4);
        (Vector128.ConvertToSingle(c) * inverse * Vector128.Load(rowScales + 8)).Store(logits + 8);
        (Vector128.ConvertToSingle(d) * inverse * Vector128.Load(rowScales + 12)).Store(logits + 12);
    }

    // Codes are below 16, so they are the same as signed bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddArm(
        Vector128<int> sums, Vector128<byte> codes, Vector128<byte> mask, Vector128<sbyte> low, Vector128<sbyte> high) =>
        Dp.DotProduct(
            Dp.DotProduct(sums, (codes & mask).AsSByte(), low),
            Vector128.ShiftRightLogical(codes, 4).AsSByte(),
            high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<sbyte> Four512(sbyte* x) => Vector512.Create(*(int*)x).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four256(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Four128(sbyte* x) => Vector128.Create(*(int*)x).AsSByte();
}
