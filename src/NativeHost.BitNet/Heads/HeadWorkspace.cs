namespace NativeHost.BitNet.Heads;

/// <summary>Where things lie in a thread's workspace: the hidden state in the forms that a head needs, and a decoded row.</summary>
/// <param name="memory">The workspace, 64-byte aligned.</param>
/// <param name="paddedColumns">Of the head.</param>
internal readonly unsafe struct HeadWorkspace(byte* memory, int paddedColumns)
{
    private const int HeaderBytes = 64;

    /// <summary>What <see cref="ExactRows.Scale"/> returned.</summary>
    public ref float ExactFactor => ref ((float*)memory)[0];

    /// <summary>1 / scale of the integer activations.</summary>
    public ref float InverseScale => ref ((float*)memory)[1];

    /// <summary>The sum of the integer activations.</summary>
    public ref int Sum => ref ((int*)memory)[2];

    /// <summary>[paddedColumns]: the hidden state, scaled for <see cref="ExactRows"/>.</summary>
    public float* Hidden => (float*)(memory + HeaderBytes);

    /// <summary>[paddedColumns]: integer activations, of 8 or 16 bits.</summary>
    public short* Activations => (short*)(Hidden + paddedColumns);

    /// <summary>The rest: one decoded row.</summary>
    public float* Row => (float*)(Activations + paddedColumns);

    public static int Bytes(int paddedColumns, int rowLength) =>
        HeaderBytes + (paddedColumns * (sizeof(float) + sizeof(short))) + (OutputHead.PaddedColumnsOf(rowLength) * sizeof(float));
}
