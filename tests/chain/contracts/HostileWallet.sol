// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// A wallet that answers in a way that no honest one does.
contract HostileWallet {
    enum Manner {
        UsesAllGas,
        ReturnsMegabytes,
        Reverts,
        RevertsWithMegabytes,
        BreaksTheMachine,
        ReturnsTooLittle,
        ReturnsMoreThanTheMagic
    }

    Manner private immutable manner;

    constructor(Manner manner_) {
        manner = manner_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        Manner chosen = manner;
        bytes4 magic = this.isValidSignature.selector;
        if (chosen == Manner.UsesAllGas) {
            while (true) {}
        }
        assembly {
            switch chosen
            case 1 { return(0, 0x100000) }
            case 3 { revert(0, 0x100000) }
            case 4 { invalid() }
            case 5 {
                mstore(0, magic)
                return(0, 4)
            }
            case 6 {
                mstore(0, or(magic, 1))
                return(0, 32)
            }
        }
        revert("never");
    }
}
